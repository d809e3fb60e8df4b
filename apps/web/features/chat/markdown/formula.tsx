// A formula, set by KaTeX, which is loaded when the first one is seen. Until then, and when it is wrong, the TeX itself stands there.
import { useEffect, useRef, useState } from "react";

type Katex = typeof import("katex").default;

let katex: Katex | undefined;
let loading: Promise<Katex> | undefined;

function load(): Promise<Katex> {
  loading ??= Promise.all([import("katex"), import("katex/dist/katex.min.css")]).then(([module]) => {
    katex = module.default;
    return katex;
  });
  return loading;
}

/**
 * KaTeX's limits for hostile input: no commands that load or link, few expansions, no size that covers the page. Errors are
 * thrown, because KaTeX's own picture of one has a style attribute, which the page's policy forbids.
 */
const LIMITS = { trust: false, maxExpand: 200, maxSize: 20, throwOnError: true, strict: "ignore" } as const;

/** Sets a formula beside the page, so that a half-typed one leaves the last good picture where it is. */
function picture(tex: string, display: boolean): Node[] | null {
  const beside = document.createElement("span");
  try {
    katex?.render(tex, beside, { ...LIMITS, displayMode: display });
    return [...beside.childNodes];
  } catch {
    return null;
  }
}

/** What is no formula is shown as it was written. */
function asWritten(tex: string): Node {
  const code = document.createElement("code");
  code.textContent = tex;
  return code;
}

interface FormulaProps {
  tex: string;
  display: boolean;
  /** Still being written: half a formula is not an error. */
  open: boolean;
}

export function Formula({ tex, display, open }: FormulaProps) {
  const place = useRef<HTMLSpanElement>(null);
  const [ready, setReady] = useState(katex !== undefined);
  useEffect(() => {
    let gone = false;
    if (!ready) {
      load().then(
        () => gone || setReady(true),
        () => undefined,
      );
    }
    return () => {
      gone = true;
    };
  }, [ready]);
  useEffect(() => {
    const element = place.current;
    if (!ready || !element) return;
    const nodes = picture(tex, display);
    if (nodes) element.replaceChildren(...nodes);
    else if (!open || element.childNodes.length === 0) element.replaceChildren(asWritten(tex));
  }, [ready, tex, display, open]);
  const className = display ? "md-formula" : "md-formula-inline";
  return ready ? (
    <span ref={place} className={className} tabIndex={display ? 0 : undefined} />
  ) : (
    <span className={className}>
      <code>{tex}</code>
    </span>
  );
}
