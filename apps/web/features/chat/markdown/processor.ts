// Markdown to a tree of plain elements. Raw HTML is text: nothing a model writes becomes markup that we did not make.
import type { Element, ElementContent, Root, Text } from "hast";
import type { Html } from "mdast";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { dollarsForBrackets, remarkFormulas } from "./formulas";

const handlers = { html: (_state: unknown, node: Html): Text => ({ type: "text", value: node.value }) };

const processor = unified()
  .use(remarkParse)
  .use(remarkGfm, { singleTilde: false })
  .use(remarkMath)
  .use(remarkFormulas)
  .use(remarkRehype, { handlers })
  .freeze();

/** Parses one block (or a whole text). Never throws for any text. */
export function toTree(source: string): Root {
  const text = dollarsForBrackets(source);
  const tree = processor.runSync(processor.parse(text), text);
  for (const node of tree.children) if (node.type === "element") withoutIds(node);
  return tree;
}

/** Footnotes bring ids, which would be the same in every message of the page. */
function withoutIds(element: Element): void {
  delete element.properties["id"];
  delete element.properties["ariaDescribedBy"];
  for (const child of element.children) if (child.type === "element") withoutIds(child);
}

/** All text below a node. */
export function textOf(node: Element | ElementContent | Root): string {
  if (node.type === "text") return node.value;
  if (!("children" in node)) return "";
  return node.children.map((child) => textOf(child as ElementContent)).join("");
}
