// What an answer took: tokens, cost and time, with "pricing…" in the cost's place until it is known.
import type { Message } from "@parley/client";
import { useTranslation } from "react-i18next";
import { formatUsd, formatUsdExact } from "~/ui/money";
import { formatCount, formatDuration } from "~/ui/numbers";

export function AnswerFigures({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { usage, latencyMs, firstTokenMs, model, provider } = message;
  const details = [
    model,
    provider && t("figures.provider", { provider }),
    usage?.cachedTokens ? t("figures.cached", { tokens: formatCount(usage.cachedTokens) }) : null,
    usage?.reasoningTokens ? t("figures.reasoning", { tokens: formatCount(usage.reasoningTokens) }) : null,
    typeof firstTokenMs === "number" && t("figures.firstToken", { time: formatDuration(firstTokenMs) }),
  ];
  return (
    <p
      className="tabular ml-auto flex flex-wrap gap-x-1.5 py-1 pl-2 text-caption text-fg-subtle"
      title={details.filter(Boolean).join(" · ")}
    >
      {usage && (
        <span>
          {t("figures.tokens", { input: formatCount(usage.promptTokens), output: formatCount(usage.completionTokens) })}
          <span aria-hidden className="ml-1.5">
            ·
          </span>
        </span>
      )}
      <Cost message={message} />
      {typeof latencyMs === "number" && (
        <span>
          <span aria-hidden className="mr-1.5">
            ·
          </span>
          {formatDuration(latencyMs)}
        </span>
      )}
    </p>
  );
}

function Cost({ message: { costState, costUsd } }: { message: Message }) {
  const { t } = useTranslation();
  if (costState === "none") return <span>{t("figures.noCost")}</span>;
  if (costState === "unsettled" || costUsd == null) return <span data-cost="pending">{t("figures.pricing")}</span>;
  return (
    <span data-cost={costUsd} title={formatUsdExact(costUsd)}>
      {costState === "estimated" && "≈ "}
      {formatUsd(costUsd)}
    </span>
  );
}
