// The tools that a model wanted to call, with the arguments it wrote.
import type { ToolCall } from "@parley/client";
import { Wrench } from "lucide-react";
import { useTranslation } from "react-i18next";
import { CodeBlock } from "./markdown/code-block";

export function ToolCalls({ calls }: { calls: readonly ToolCall[] }) {
  const { t } = useTranslation();
  return (
    <ul className="mb-3 flex flex-col gap-2">
      {calls.map((call, index) => (
        <li key={call.id || index}>
          <p className="mb-1 flex items-center gap-2 text-meta text-muted">
            <Wrench size={15} aria-hidden />
            {t("tools.call")} <code className="font-mono text-fg">{call.function.name}</code>
          </p>
          {call.function.arguments !== "" && (
            <CodeBlock code={pretty(call.function.arguments)} language="json" open={false} />
          )}
        </li>
      ))}
    </ul>
  );
}

/** Arguments are JSON once they are complete; until then, and when the model wrote something else, they stay as they are. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
