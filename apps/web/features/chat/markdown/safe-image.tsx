// An image in a model's text: ours is shown, any other is named and never asked for, because asking is already leaking.
import type { ExtraProps } from "hast-util-to-jsx-runtime";
import { ImageOff } from "lucide-react";
import type { JSX } from "react";
import { useTranslation } from "react-i18next";
import { hostOf, judgeImage } from "./link-policy";

export function SafeImage({ src, alt }: JSX.IntrinsicElements["img"] & ExtraProps) {
  const { t } = useTranslation();
  const address = typeof src === "string" ? src : undefined;
  const own = judgeImage(address, location.origin);
  if (own !== null) return <img src={own} alt={alt ?? ""} loading="lazy" />;
  const host = hostOf(address);
  return (
    <span className="inline-flex items-center gap-1.5 rounded-control border border-border bg-subtle px-2 py-0.5 text-meta text-muted">
      <ImageOff size={15} aria-hidden />
      {host === "" ? t("message.imageNotLoaded") : t("message.imageNotLoadedFrom", { host })}
      {alt ? <span className="text-fg-subtle">{alt}</span> : null}
    </span>
  );
}
