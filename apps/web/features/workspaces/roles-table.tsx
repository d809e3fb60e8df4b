// What each role may do, as the server's own table says it.
import { useQuery } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, messageOf } from "~/app/api";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";
import { ROLES } from "./current-workspace";

export function RolesTable() {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ["policies"],
    queryFn: () => api.policies(),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <div>
      <h2 id="roles-title" className="text-h3 font-semibold">
        {t("roles.title")}
      </h2>
      {error && <Notice tone="danger" className="mt-3" title={messageOf(error)} />}
      {!data && !error && (
        <Loading>
          <Skeleton className="mt-3 h-40 rounded-card" />
        </Loading>
      )}
      {data && (
        <section
          className="mt-3 overflow-x-auto rounded-card border border-border"
          tabIndex={0}
          aria-labelledby="roles-title"
        >
          <table className="w-full text-ui">
            <thead>
              <tr className="border-b border-border text-meta text-muted">
                <th scope="col" className="px-4 py-2 text-left font-medium">
                  {t("roles.may")}
                </th>
                {ROLES.map((role) => (
                  <th key={role} scope="col" className="px-2 py-2 font-medium">
                    {t(`roles.${role}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.policies.map(({ action, what, roles }) => (
                <tr key={action} className="border-b border-border last:border-0">
                  <th scope="row" className="min-w-56 px-4 py-2 text-left font-normal first-letter:uppercase">
                    {what}
                  </th>
                  {ROLES.map((role) => (
                    <td key={role} className="px-2 py-2 text-center">
                      {roles.includes(role) ? (
                        <Check size={16} role="img" aria-label={t("roles.yes")} className="inline text-accent" />
                      ) : (
                        <span className="sr-only">{t("roles.no")}</span>
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  );
}
