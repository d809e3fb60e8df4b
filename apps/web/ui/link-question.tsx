// Shows the whole of a long foreign address before it is opened: such an address can carry away what was said.
import { ExternalLink } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useUi } from "~/app/ui-store";
import { Dialog } from "./dialog";

export default function LinkQuestion() {
  const { t } = useTranslation();
  const { linkToOpen, askAboutLink } = useUi();
  const close = () => askAboutLink(null);
  return (
    <Dialog open={linkToOpen !== null} onOpenChange={close} title={t("link.title")} width="max-w-[560px]">
      <p className="text-ui text-muted">{t("link.text")}</p>
      <p className="my-4 max-h-48 overflow-y-auto rounded-code bg-code p-3 font-mono text-meta break-all">
        {linkToOpen}
      </p>
      <a
        href={linkToOpen ?? undefined}
        target="_blank"
        rel="noopener noreferrer nofollow ugc"
        referrerPolicy="no-referrer"
        onClick={close}
        className="inline-flex min-h-9 items-center gap-2 rounded-control border border-border-strong px-3.5 text-ui font-medium hover:bg-subtle"
      >
        <ExternalLink size={16} aria-hidden />
        {t("link.open")}
      </a>
    </Dialog>
  );
}
