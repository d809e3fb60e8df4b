// Says that the connection is gone, once it has been gone for a moment: short losses mend themselves.
import { WifiOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSocketStatus } from "./live";

const PATIENCE_MS = 1500;

export function OfflineBanner() {
  const { t } = useTranslation();
  const { state } = useSocketStatus();
  const [shown, setShown] = useState(false);
  const lost = state === "offline";
  useEffect(() => {
    if (!lost) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [lost]);
  return (
    <div role="status">
      {shown && (
        <p className="flex items-center justify-center gap-2 border-b border-warn bg-warn-soft px-4 py-2 text-meta text-on-warn-soft">
          <WifiOff size={15} aria-hidden />
          {t("state.offline")}
        </p>
      )}
    </div>
  );
}
