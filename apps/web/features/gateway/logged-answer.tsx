// What was answered: the text, of a stream joined, and the bytes as they were sent.
import type { GatewayLogDetail } from "@parley/client";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Notice } from "~/ui/notice";
import { formatBytes } from "~/ui/numbers";
import { BodySection, RawBody, SaidText, ToolCalls } from "./logged-body";
import { type ReadAnswer, readAnswer } from "./read-log";

export function LoggedAnswer({ log, body }: { log: GatewayLogDetail; body: string }) {
  const { t } = useTranslation();
  const { path, streamed, answerBytes, answerTruncated } = log;
  const read = useMemo(() => readAnswer(path, body, streamed), [path, body, streamed]);
  const title = streamed ? `${t("requestLog.answer")} (${t("requestLog.stream")})` : t("requestLog.answer");
  return (
    <BodySection title={title} bytes={answerBytes}>
      {answerTruncated && (
        <Notice tone="warn" className="mt-2" title={t("requestLog.cut", { size: formatBytes(answerBytes) })} />
      )}
      {read?.error && <Notice tone="danger" announce={false} className="mt-2" title={read.error} />}
      {read && <Choices answer={read} />}
      {answerBytes === 0 && <p className="mt-2 text-meta text-muted">{t("requestLog.empty")}</p>}
      {answerBytes > 0 && !read && <p className="mt-2 text-meta text-muted">{t("requestLog.notRead")}</p>}
      {answerBytes > 0 && (
        <RawBody
          title={t(streamed ? "requestLog.rawEvents" : "requestLog.raw")}
          label={t("requestLog.rawLabel.answer")}
          text={body}
          open={!read}
        />
      )}
    </BodySection>
  );
}

function Choices({ answer: { choices, vectors } }: { answer: ReadAnswer }) {
  const { t } = useTranslation();
  if (vectors) return <p className="mt-2 text-ui">{t("requestLog.vectors", vectors)}</p>;
  const name = (index: number) =>
    choices.length > 1 ? t("requestLog.choice", { number: index + 1 }) : t("requestLog.roles.assistant");
  return choices.map(({ text, reasoning, calls }, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: choices of a finished answer never move
    <div key={index}>
      {reasoning !== "" && <SaidText who={t("requestLog.reasoning")} text={reasoning} />}
      <SaidText who={name(index)} text={text}>
        {text === "" && calls.length === 0 && <p className="text-meta text-muted">{t("requestLog.noText")}</p>}
        <ToolCalls calls={calls} />
      </SaidText>
    </div>
  ));
}
