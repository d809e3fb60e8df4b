// Says that answers come from the bundled simulator, and how to get real ones.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FlaskConical } from "lucide-react";
import { useTranslation } from "react-i18next";
import { instanceQuery } from "~/features/auth/account";
import { useOwnKey } from "~/features/vault/provider-keys";
import { useIsAtLeast } from "~/features/workspaces/current-workspace";

export function DemoNotice() {
  const { t } = useTranslation();
  const { data: instance } = useQuery(instanceQuery);
  const mayManage = useIsAtLeast("admin");
  const demo = instance?.demo === true;
  const ownKey = useOwnKey({ enabled: demo });
  if (!demo || ownKey !== false) return null;
  return (
    <p className="flex shrink-0 flex-wrap items-center justify-center gap-x-2 border-b border-border bg-warn-soft px-4 py-1.5 text-center text-meta text-on-warn-soft">
      <FlaskConical size={15} aria-hidden className="max-md:hidden" />
      <span>{t("demo.text")}</span>
      {mayManage ? (
        <Link to="/settings/keys" className="font-medium underline">
          {t("demo.addKey")}
        </Link>
      ) : (
        <span>{t("demo.askAdmin")}</span>
      )}
    </p>
  );
}
