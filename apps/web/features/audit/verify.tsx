// Asks the server to walk along the whole chain, and says what it found.
import type { AuditVerification } from "@parley/client";
import { useMutation } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { Button } from "~/ui/button";
import { Notice } from "~/ui/notice";

export function Verify({ verify: ask }: { verify: () => Promise<AuditVerification> }) {
  const { t } = useTranslation();
  const verify = useMutation({ mutationFn: () => ask() });
  const found = verify.data;
  return (
    <>
      <Button icon={ShieldCheck} onPress={() => verify.mutate()} isDisabled={verify.isPending}>
        {t(verify.isPending ? "audit.verifying" : "audit.verify")}
      </Button>
      <div role="status" className="basis-full empty:hidden">
        {verify.error && <Notice tone="danger" title={messageOf(verify.error)} />}
        {found?.fault && (
          <Notice tone="danger" title={t("audit.broken", { seq: found.fault.seq })}>
            {t(`audit.faults.${found.fault.kind}`)}
          </Notice>
        )}
        {found?.ok && (
          <Notice tone="success" title={t("audit.holds", { count: found.verified })}>
            {t("audit.anchors", { count: found.anchors })}
          </Notice>
        )}
        {found !== undefined && found.damagedAnchors > 0 && (
          <Notice tone="warn" className="mt-3" title={t("audit.damagedAnchors", { count: found.damagedAnchors })}>
            {t("audit.damagedAnchorsText")}
          </Notice>
        )}
      </div>
    </>
  );
}
