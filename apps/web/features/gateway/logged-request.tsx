// What was asked: message by message, the parameters, and the body as it was sent.
import type { GatewayLogDetail } from "@parley/client";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { CodeBlock } from "~/features/chat/markdown/code-block";
import { Notice } from "~/ui/notice";
import { formatBytes } from "~/ui/numbers";
import { BodySection, RawBody, SaidText, ToolCalls } from "./logged-body";
import { readRequest } from "./read-log";

/** Roles that have a word of their own. */
const ROLES = ["system", "developer", "user", "assistant", "tool", "input"] as const;

export function LoggedRequest({ log, body }: { log: GatewayLogDetail; body: string }) {
  const { t } = useTranslation();
  const read = useMemo(() => readRequest(log.path, body), [log.path, body]);
  const who = (role: string) => {
    const known = ROLES.find((one) => one === role);
    return known ? t(`requestLog.roles.${known}`) : role;
  };
  return (
    <BodySection title={t("requestLog.request")} bytes={log.requestBytes}>
      {log.requestTruncated && (
        <Notice tone="warn" className="mt-2" title={t("requestLog.cut", { size: formatBytes(log.requestBytes) })} />
      )}
      {read?.said.map(({ role, text, calls }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: messages of a finished request never move
        <SaidText key={index} who={who(role)} text={text}>
          <ToolCalls calls={calls} />
        </SaidText>
      ))}
      {read && (
        <div className="md mt-4">
          <p className="text-meta text-muted">{t("requestLog.parameters")}</p>
          <CodeBlock code={JSON.stringify(read.parameters, null, 2)} language="json" open={false} />
        </div>
      )}
      {!read && <p className="mt-2 text-meta text-muted">{t("requestLog.notRead")}</p>}
      <RawBody title={t("requestLog.raw")} label={t("requestLog.rawLabel.request")} text={body} open={!read} />
    </BodySection>
  );
}
