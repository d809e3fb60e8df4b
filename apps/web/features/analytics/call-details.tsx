// All that is known of one call; what is not known is left out.
import type { ProviderCall } from "@parley/client";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { formatMoment } from "~/ui/dates";
import { formatUsdExact } from "~/ui/money";
import { formatCount, formatDuration } from "~/ui/numbers";
import { type Names, STOPPED } from "./usage";

export interface CallDetailsProps {
  call: ProviderCall;
  /** Of members and platform keys; undefined while they are read. */
  names: Names | undefined;
}

export function CallDetails({ call, names }: CallDetailsProps) {
  const { t } = useTranslation();
  const facts = useFacts(call, names).filter(([, value]) => value !== null);
  return (
    <>
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(140px,1fr))] gap-x-6 gap-y-2">
        {facts.map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-muted">{name}</dt>
            <dd className="break-words">{value}</dd>
          </div>
        ))}
      </dl>
      {call.corrections.length > 0 && (
        <ul className="mt-3 text-muted">
          {call.corrections.map((correction) => (
            <li key={correction.createdAt} className="break-words">
              {t("usage.call.corrected", {
                time: formatMoment(correction.createdAt),
                before: formatUsdExact(correction.costBeforeUsd),
                after: formatUsdExact(correction.costUsd),
              })}
            </li>
          ))}
        </ul>
      )}
      {call.conversationId !== null && (
        <Link
          to="/c/$conversationId"
          params={{ conversationId: call.conversationId }}
          className="mt-3 inline-block text-accent underline underline-offset-2"
        >
          {t("usage.call.openChat")}
        </Link>
      )}
    </>
  );
}

/** Null: not known, or nothing to say. */
function useFacts(call: ProviderCall, names: Names | undefined): [name: string, value: string | number | null][] {
  const { t } = useTranslation();
  const yesNo = (value: boolean | null) => (value === null ? null : t(value ? "usage.call.yes" : "usage.call.no"));
  const time = (ms: number | null) => (ms === null ? null : formatDuration(ms));
  const count = (tokens: number | null) => (tokens === null ? null : formatCount(tokens));
  const nameOf = (id: string) => names && (names.get(id) ?? t("usage.gone", { id: id.slice(-6) }));
  const isStopped = call.errorCode === STOPPED;
  const how = isStopped ? t("usage.call.stopped") : null;
  return [
    [t("usage.call.member"), call.userId === null ? t("usage.call.formerMember") : (nameOf(call.userId) ?? null)],
    [t("usage.call.key"), call.apiKeyId === null ? null : (nameOf(call.apiKeyId) ?? null)],
    [t("usage.call.from"), t(`usage.kinds.${call.kind}`)],
    [t("usage.call.asked"), call.model],
    [t("usage.call.alias"), call.alias],
    [t("usage.call.served"), call.servedModel === call.model ? null : call.servedModel],
    [t("usage.call.provider"), call.provider],
    [t("usage.call.answer"), call.fromCache ? t("usage.call.kept") : how],
    [t("usage.call.error"), isStopped ? null : call.errorCode],
    [t("usage.call.finish"), call.finishReason],
    [t("usage.call.cost"), call.costUsd === null ? t("figures.pricing") : formatUsdExact(call.costUsd)],
    [t("usage.call.listPrice"), call.listPriceUsd === null ? null : formatUsdExact(call.listPriceUsd)],
    // Nobody charges for what was kept.
    [t("usage.call.state"), call.fromCache ? null : t(`usage.states.${call.costState}`)],
    [t("usage.call.byok"), yesNo(call.isByok)],
    [t("usage.call.prompt"), count(call.promptTokens)],
    [t("usage.call.completion"), count(call.completionTokens)],
    [t("usage.call.cached"), count(call.cachedTokens)],
    [t("usage.call.written"), count(call.cacheWriteTokens)],
    [t("usage.call.reasoning"), count(call.reasoningTokens)],
    [t("usage.call.first"), time(call.firstTokenMs)],
    [t("usage.call.latency"), time(call.latencyMs)],
    [
      t("usage.call.speed"),
      call.tokensPerSecond === null ? null : t("usage.call.perSecond", { tokens: call.tokensPerSecond }),
    ],
    [t("usage.call.attempt"), call.attempt],
    [t("usage.call.generation"), call.generationId],
  ];
}
