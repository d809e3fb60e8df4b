// Recovery codes, shown this once: to be copied or downloaded.
import { Check, Copy, Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "~/ui/button";
import { Notice } from "~/ui/notice";
import { useCopy } from "~/ui/use-copy";

const FILE = "parley-recovery-codes.txt";

export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const { t } = useTranslation();
  const { copied, copy } = useCopy();
  const text = codes.join("\n");
  const download = () => {
    const url = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/plain" }));
    Object.assign(document.createElement("a"), { href: url, download: FILE }).click();
    URL.revokeObjectURL(url);
  };
  return (
    <div className="mt-2 flex flex-col gap-4">
      <Notice tone="warn" announce title={t("secondFactor.codesText")} />
      <ul
        aria-label={t("secondFactor.codes")}
        className="grid grid-cols-2 gap-x-6 gap-y-1 rounded-code border border-border bg-subtle p-4 font-mono text-ui"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap justify-end gap-2">
        <Button icon={copied ? Check : Copy} onPress={() => copy(text)} autoFocus>
          {t(copied ? "action.copied" : "secondFactor.copyCodes")}
        </Button>
        <Button icon={Download} onPress={download}>
          {t("secondFactor.download")}
        </Button>
        <Button slot="close" variant="primary">
          {t("secondFactor.done")}
        </Button>
      </div>
    </div>
  );
}
