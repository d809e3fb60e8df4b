// Admin → Settings: how the instance is configured; it is changed in its environment.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, messageOf } from "~/app/api";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";

export function InstanceSettingsPage() {
  const { t } = useTranslation();
  const { data, error } = useQuery({ queryKey: ["instance-settings"], queryFn: () => api.operator.settings() });
  return (
    <section aria-labelledby="settings-text">
      <p id="settings-text" className="text-ui text-muted">
        {t("admin.settingsText")}
      </p>
      {error && <Notice tone="danger" className="mt-4" title={messageOf(error)} />}
      {!data && !error && (
        <Loading>
          <Skeleton className="mt-4 h-64 rounded-card" />
        </Loading>
      )}
      {data && (
        <dl className="mt-4 divide-y divide-border rounded-card border border-border">
          {data.settings.map(({ name, value }) => (
            <div key={name} className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-4 py-2.5">
              <dt className="basis-60 font-mono text-meta">{name}</dt>
              <dd className="min-w-0 flex-1 basis-48 text-ui break-all">
                {value ?? <span className="text-fg-subtle">{t("admin.notSet")}</span>}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
