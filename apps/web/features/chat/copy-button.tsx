// Copies a message.
import { Check, Copy } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "~/ui/button";
import { useCopy } from "~/ui/use-copy";

export function CopyButton({ text }: { text: string }) {
  const { t } = useTranslation();
  const { copied, copy } = useCopy();
  return (
    <IconButton
      icon={copied ? Check : Copy}
      size={15}
      label={t(copied ? "action.copied" : "action.copy")}
      onPress={() => copy(text)}
    />
  );
}
