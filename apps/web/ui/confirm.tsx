// A question before something that cannot be taken back.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Notice } from "./notice";

export interface ConfirmProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  text: string;
  action: string;
  /** The dialog closes when it succeeds, and shows why when it fails. */
  onConfirm: () => Promise<unknown>;
}

export default function Confirm({ open, onOpenChange, title, text, action, onConfirm }: ConfirmProps) {
  const { t } = useTranslation();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      onOpenChange(false);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title} alert width="max-w-[420px]">
      <p className="text-ui text-muted">{text}</p>
      {error !== null && <Notice tone="danger" className="mt-3" title={messageOf(error)} />}
      <div className="mt-5 flex justify-end gap-2">
        <Button slot="close" variant="plain">
          {t("action.cancel")}
        </Button>
        <Button variant="danger" onPress={confirm} isDisabled={busy} autoFocus>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
