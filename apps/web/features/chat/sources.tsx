// The pages that an answer cites. Their titles are hostile input like the answer itself.
import type { Annotation } from "@parley/client";
import { useTranslation } from "react-i18next";
import { SafeLink } from "./markdown/safe-link";

interface Citation {
  url: string;
  title: string;
}

export function Sources({ annotations }: { annotations: readonly Annotation[] }) {
  const { t } = useTranslation();
  const citations = citationsOf(annotations);
  if (citations.length === 0) return null;
  return (
    <section aria-label={t("sources.label")} className="md mt-3">
      <p className="text-meta font-medium text-muted">{t("sources.label")}</p>
      <ol className="text-meta">
        {citations.map(({ url, title }) => (
          <li key={url}>
            <SafeLink href={url}>{title}</SafeLink>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** OpenAI's form `{type: "url_citation", url_citation: {url, title}}`; each page once. */
export function citationsOf(annotations: readonly Annotation[]): Citation[] {
  const byUrl = new Map<string, Citation>();
  for (const annotation of annotations) {
    const citation = annotation["url_citation"];
    if (typeof citation !== "object" || citation === null) continue;
    const { url, title } = citation as { url?: unknown; title?: unknown };
    if (typeof url !== "string") continue;
    byUrl.set(url, { url, title: typeof title === "string" && title !== "" ? title : url });
  }
  return [...byUrl.values()];
}
