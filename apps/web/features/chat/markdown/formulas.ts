// What counts as a formula: TeX's own brackets do, and prices in dollars do not.
import type { Paragraph, Parent, Root, RootContent } from "mdast";
import type { InlineMath } from "mdast-util-math";
import type { VFile } from "vfile";

/** Code spans and fences (kept), then `\( … \)` and `\[ … \]`. */
const BRACKETS = /(`+)[\s\S]*?\1|\\\(([\s\S]+?)\\\)|(?:(?<=(?:^|\n)([ \t]*)))?\\\[([\s\S]+?)\\\]/g;
const CODE_BLOCK = /^(?: {4}|\t| {0,3}(?:`{3}|~{3}))/;

/** Writes TeX's `\( \)` and `\[ \]`, which markdown would take for escaped brackets, as `$` and `$$`. */
export function dollarsForBrackets(block: string): string {
  if (!block.includes("\\(") && !block.includes("\\[")) return block;
  if (CODE_BLOCK.test(block)) return block;
  return block.replace(BRACKETS, (all, code, inline, indent, display) => {
    if (code !== undefined) return all;
    if (inline !== undefined) return `$${String(inline).trim()}$`;
    const at = String(indent ?? "");
    return `\n${at}$$\n${at}${String(display).trim()}\n${at}$$\n`;
  });
}

/** A remark plugin: takes back the formulas that are amounts of money, and sets those apart that stand alone. */
export function remarkFormulas() {
  return (tree: Root, file: VFile): void => visit(tree, String(file));
}

function visit(parent: Parent, source: string): void {
  parent.children = parent.children.map((node, index) => {
    if (node.type !== "inlineMath") {
      if ("children" in node) visit(node as Parent, source);
      return node;
    }
    const raw = source.slice(node.position?.start.offset, node.position?.end.offset);
    const next = source.charAt(node.position?.end.offset ?? source.length);
    if (isMoney(raw, next)) return { type: "text", value: raw, position: node.position } as RootContent;
    if (raw.startsWith("$$") && standsAlone(parent as Paragraph, index)) setApart(node);
    return node;
  });
}

/** Pandoc's rule (tex_math_dollars): no space inside the dollars, no digit behind the closing one. */
function isMoney(raw: string, next: string): boolean {
  if (raw.startsWith("$$")) return false;
  return /^\$\s|\s\$$/.test(raw) || /\d/.test(next);
}

function standsAlone(parent: Parent, index: number): boolean {
  return parent.type === "paragraph" && parent.children.every((node, other) => other === index || isBlank(node));
}

function isBlank(node: RootContent): boolean {
  return node.type === "text" && node.value.trim() === "";
}

function setApart(node: InlineMath): void {
  node.data = { ...node.data, hProperties: { className: ["language-math", "math-display"] } };
}
