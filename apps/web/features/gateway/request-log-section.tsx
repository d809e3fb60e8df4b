// On the gateway's page: whether calls are logged, and the way to the log.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useIsAtLeast } from "~/features/workspaces/current-workspace";
import { Badge } from "~/ui/badge";
import { useGatewaySettings } from "./gateway-settings";

export function RequestLogSection() {
  const { t } = useTranslation();
  const { query } = useGatewaySettings();
  // Viewers have no calls of their own.
  if (!useIsAtLeast("member")) return null;
  return (
    <section className="mt-8" aria-labelledby="request-log">
      <h2 id="request-log" className="flex items-center gap-3 text-h3 font-semibold">
        {t("requestLog.title")}
        {query.data && (
          <Badge tone={query.data.loggingEnabled ? "accent" : "neutral"}>
            {t(query.data.loggingEnabled ? "requestLog.on" : "requestLog.off")}
          </Badge>
        )}
      </h2>
      <p className="mt-1 max-w-[60ch] text-ui text-muted">{t("requestLog.section")}</p>
      <Link
        to="/settings/gateway/log"
        className="mt-1 inline-flex min-h-11 items-center text-ui font-medium text-accent underline"
      >
        {t("requestLog.open")}
      </Link>
    </section>
  );
}
