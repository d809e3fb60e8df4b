// Reads who imports whom with dependency-cruiser, type imports included, and finds breaches of the rules.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import { IMPORT_RULES } from "./import-rules.js";

const FOLDERS = ["apps", "bench", "libs", "src", "test"];

/** An import that a rule forbids. */
export interface Breach {
  rule: string;
  from: string;
  to: string;
}

/** The imports of a source tree. */
export interface ImportGraph {
  breaches: Breach[];
  /** Source file → files it imports, of the tree itself. */
  imports: Map<string, string[]>;
}

/** package.json's "imports" point into dist; for the cruiser they have to point at the sources. */
function aliasesFor(root: string): object {
  const paths = {
    "#libs/*": ["libs/*.ts"],
    "#src/*": ["src/*.ts"],
    "~/*": ["apps/web/*"],
    "@parley/client": ["libs/client/index.ts"],
  };
  const compilerOptions = { module: "nodenext", target: "es2024", jsx: "react-jsx", baseUrl: root, paths };
  return { compilerOptions, files: [join(root, "package.json")] };
}

/** Reads the tree below `root`, a folder with a package.json. */
export async function readImports(root: string): Promise<ImportGraph> {
  const folder = mkdtempSync(join(tmpdir(), "parley-imports-"));
  try {
    const fileName = join(folder, "tsconfig.json");
    writeFileSync(fileName, JSON.stringify(aliasesFor(root)));
    const { output } = await cruise(
      FOLDERS.filter((name) => existsSync(join(root, name))),
      {
        baseDir: root,
        validate: true,
        ruleSet: { forbidden: IMPORT_RULES },
        exclude: { path: "(^|/)dist/" },
        doNotFollow: { path: "node_modules" },
        tsPreCompilationDeps: true,
        tsConfig: { fileName },
      },
      { exportsFields: ["exports"], conditionNames: ["import", "node", "types", "default"] },
      { tsConfig: extractTSConfig(fileName) },
    );
    return graphOf(output as ICruiseResult);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function graphOf({ modules, summary }: ICruiseResult): ImportGraph {
  const breaches = summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
  const own = new Set(modules.filter(({ source }) => /\.tsx?$/.test(source)).map(({ source }) => source));
  const imports = new Map<string, string[]>();
  for (const { source, dependencies } of modules) {
    if (own.has(source))
      imports.set(
        source,
        dependencies.map(({ resolved }) => resolved).filter((to) => own.has(to)),
      );
  }
  return { breaches, imports };
}

/**
 * A cycle among the feature folders of src: files may be free of cycles where the features they make up are not.
 * @returns the features of one cycle, or undefined
 */
export function featureCycle(imports: ReadonlyMap<string, string[]>): string[] | undefined {
  const featureOf = (file: string) => /^src\/([^/]+)\//.exec(file)?.[1];
  const graph = new Map<string, Set<string>>();
  for (const [file, targets] of imports) {
    const from = featureOf(file);
    if (from === undefined || file.endsWith(".spec.ts")) continue;
    const known = graph.get(from) ?? new Set<string>();
    for (const to of targets.map(featureOf)) if (to !== undefined && to !== from) known.add(to);
    graph.set(from, known);
  }
  const search = (path: string[]): string[] | undefined => {
    for (const next of graph.get(path.at(-1) ?? "") ?? []) {
      if (path.includes(next)) return [...path.slice(path.indexOf(next)), next];
      const found = search([...path, next]);
      if (found) return found;
    }
    return undefined;
  };
  for (const feature of graph.keys()) {
    const found = search([feature]);
    if (found) return found;
  }
  return undefined;
}
