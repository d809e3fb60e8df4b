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

/** KaTeX's limits for hostile input: no commands that load or link, few expansions, no size that covers the page. */
const LIMITS = { trust: false, maxExpand: 200, maxSize: 20, throwOnError: false, strict: "ignore" } as const;

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
    if (!ready || !katex || !element) return;
    try {
      katex.render(tex, element, { ...LIMITS, displayMode: display, errorColor: "var(--danger)" });
    } catch {
      element.textContent = tex;
    }
  }, [ready, tex, display]);
  const className = display ? "md-formula" : "md-formula-inline";
  return ready ? (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable (axe scrollable-region-focusable)
    <span ref={place} className={className} tabIndex={display ? 0 : undefined} data-open={open || undefined} />
  ) : (
    <span className={className}>
      <code>{tex}</code>
    </span>
  );
}
