// The caret where the answer will appear, and after three seconds how long it has been.
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

const PATIENCE_S = 3;

export function Waiting({ since }: { since: string }) {
  const { t } = useTranslation();
  const [now, setNow] = useState(Date.now);
  const [start] = useState(() => Math.min(Date.parse(since), Date.now()));
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.floor((now - start) / 1000);
  return (
    <p className="caret flex h-6 items-center gap-2 text-meta text-fg-subtle">
      {seconds >= PATIENCE_S && <span className="tabular order-last">{t("message.waiting", { seconds })}</span>}
    </p>
  );
}
