// The size and shape that every source file keeps, read from its syntax tree.
import ts from "typescript";

const MAX_LINES = 350;
const MAX_FUNCTION_LINES = 50;
const MAX_CONSTRUCTOR_PARAMETERS = 6;
const VAGUE_NAMES = /(^|[/.-])(utils?|helpers?|common|manager)([/.-]|$)|(^|[/.-])base([/.]|$)/i;

/** Tests read on from top to bottom: their callbacks may be long. */
const TESTS = /\.spec\.tsx?$|-fixture\.ts$|\.story\.ts$|^test\//;
/** Generated, and counted by nobody. */
const GENERATED = /\.generated\.ts$/;
/** What reads the environment: the configuration, whatever starts processes, and tests. */
const READS_ENVIRONMENT = /^libs\/config\/|^apps\/launcher\/|^apps\/simulator\/main\.ts$|^test\/|^bench\/|\.spec\.ts$/;
/** React components are markup as much as code, counted by their file's length. */
const COMPONENT = /\.tsx$/;

/** A place that breaks a rule. */
export interface Finding {
  rule: SourceRule;
  /** "file:line". */
  at: string;
  what: string;
}

/** The rules by name. */
export const SOURCE_RULES = [
  "a file has at most 350 lines",
  "a function has at most 50 lines",
  "a constructor has at most 6 parameters",
  "nothing is any",
  "the environment is read by libs/config",
  "the first line says what the file is for",
  "no vague names",
  "no barrels in src",
] as const;

/** A rule's name. */
export type SourceRule = (typeof SOURCE_RULES)[number];

/**
 * Checks one source file.
 * @param path below the repository, with "/"
 */
export function checkSource(path: string, text: string): Finding[] {
  if (GENERATED.test(path)) return [];
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return [...checkFile(path, text), ...walk(tree, path, tree)];
}

function checkFile(path: string, text: string): Finding[] {
  const findings: Finding[] = [];
  const lines = text.trimEnd().split("\n");
  const add = (rule: SourceRule, what: string) => findings.push({ rule, at: `${path}:1`, what });
  if (lines.length > MAX_LINES) add("a file has at most 350 lines", `${lines.length} lines`);
  const first = lines[0]?.startsWith("#!") ? lines[1] : lines[0];
  if (!/^\/[/*] ?\S/.test(first ?? "")) add("the first line says what the file is for", first ?? "");
  if (VAGUE_NAMES.test(path)) add("no vague names", path);
  if (/^src\/(.*\/)?index\.ts$/.test(path)) add("no barrels in src", path);
  return findings;
}

function* walk(node: ts.Node, path: string, tree: ts.SourceFile): Generator<Finding> {
  const at = `${path}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`;
  if (node.kind === ts.SyntaxKind.AnyKeyword) yield { rule: "nothing is any", at, what: node.parent.getText(tree) };
  if (ts.isConstructorDeclaration(node) && node.parameters.length > MAX_CONSTRUCTOR_PARAMETERS) {
    yield { rule: "a constructor has at most 6 parameters", at, what: `${node.parameters.length} parameters` };
  }
  if (readsEnvironment(node) && !READS_ENVIRONMENT.test(path)) {
    yield { rule: "the environment is read by libs/config", at, what: node.getText(tree) };
  }
  const length = functionLength(node, tree);
  if (length > MAX_FUNCTION_LINES && !TESTS.test(path) && !COMPONENT.test(path)) {
    yield { rule: "a function has at most 50 lines", at, what: `${length} lines` };
  }
  for (const child of node.getChildren(tree)) yield* walk(child, path, tree);
}

function readsEnvironment(node: ts.Node): boolean {
  return (
    ts.isPropertyAccessExpression(node) &&
    node.name.text === "env" &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === "process"
  );
}

function functionLength(node: ts.Node, tree: ts.SourceFile): number {
  if (!ts.isFunctionLike(node)) return 0;
  const line = (position: number) => tree.getLineAndCharacterOfPosition(position).line;
  return line(node.getEnd()) - line(node.getStart(tree)) + 1;
}
