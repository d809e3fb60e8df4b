// The elements that markdown becomes: our own link, image, code, formula and table, and plain text for the rest.
import type { Element } from "hast";
import type { Components, ExtraProps } from "hast-util-to-jsx-runtime";
import { Check, Square } from "lucide-react";
import { createContext, type JSX, type ReactNode, use } from "react";
import { useTranslation } from "react-i18next";
import { CodeBlock } from "./code-block";
import { Formula } from "./formula";
import { textOf } from "./processor";
import { SafeImage } from "./safe-image";
import { SafeLink } from "./safe-link";

/** True inside a block that is still being written. */
export const OpenBlock = createContext(false);

type Props<T extends keyof JSX.IntrinsicElements> = JSX.IntrinsicElements[T] & ExtraProps;

function classesOf(node: Element | undefined): string[] {
  const classes = node?.properties["className"];
  return Array.isArray(classes) ? classes.map(String) : [];
}

function Pre({ node, children }: Props<"pre">) {
  const open = use(OpenBlock);
  const code = node?.children.find((child): child is Element => child.type === "element" && child.tagName === "code");
  if (!code) return <pre>{children}</pre>;
  const classes = classesOf(code);
  if (classes.includes("math-display")) return <Formula tex={textOf(code)} display open={open} />;
  const language = classes.find((name) => name.startsWith("language-"))?.slice("language-".length);
  return <CodeBlock code={textOf(code).replace(/\n$/, "")} language={language} open={open} />;
}

function Code({ node, children }: Props<"code">) {
  const open = use(OpenBlock);
  const classes = classesOf(node);
  if (!node || !classes.includes("language-math")) return <code>{children}</code>;
  return <Formula tex={textOf(node)} display={classes.includes("math-display")} open={open} />;
}

/** A wide table scrolls on its own; the keyboard can reach it for that. */
function Table({ children }: Props<"table">) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a scrolling frame is no section of the page
    <div className="md-table" role="group" aria-label={t("message.table")} tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}

/** The only `input` that markdown makes is a task's check box. */
function Task({ checked }: Props<"input">) {
  const { t } = useTranslation();
  const Icon = checked ? Check : Square;
  return <Icon className="md-task" size={15} role="img" aria-label={t(checked ? "message.done" : "message.open")} />;
}

/** Headings of an answer stand below the page's and the message's own. */
function heading(level: 3 | 4 | 5 | 6, look: number) {
  const Tag = `h${level}` as const;
  return function Heading({ children }: { children?: ReactNode }) {
    return <Tag className={`md-h${look}`}>{children}</Tag>;
  };
}

/** The section that footnotes come in has a heading for screen readers, in its own class. */
function Section({ children }: Props<"section">) {
  return <div className="md-footnotes">{children}</div>;
}

export const elements: Partial<Components> = {
  a: SafeLink,
  img: SafeImage,
  pre: Pre,
  code: Code,
  table: Table,
  input: Task,
  section: Section,
  h1: heading(3, 1),
  h2: heading(4, 2),
  h3: heading(5, 3),
  h4: heading(6, 4),
  h5: heading(6, 4),
  h6: heading(6, 4),
};
