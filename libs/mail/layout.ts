// How every mail looks: the same words as plain text and as simple HTML.

/** What a mail says. Texts are plain; the layout escapes them. */
export interface MailContent {
  subject: string;
  paragraphs: readonly string[];
  /** The one thing to do: a button, and the bare link below it. */
  action?: { label: string; url: string };
  /** Small print below the action: how long it holds, what to do when it was not asked for. */
  notes?: readonly string[];
}

/** A mail ready to send. */
export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
}

const SIGNATURE = "Parley";

/** A subject is one line (RFC 5322 §2.2), and no name in it may add a header. */
function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .slice(0, 200);
}

function escapeHtml(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[char]!,
  );
}

/** Renders a mail as text and as HTML without images, scripts or anything remote. */
export function renderMail({ subject, paragraphs, action, notes = [] }: MailContent): RenderedMail {
  const text = [...paragraphs, ...(action ? [`${action.label}:\n${action.url}`] : []), ...notes, `-- \n${SIGNATURE}`];
  return { subject: oneLine(subject), text: `${text.join("\n\n")}\n`, html: htmlOf({ paragraphs, action, notes }) };
}

function htmlOf({
  paragraphs,
  action,
  notes,
}: Pick<MailContent, "paragraphs" | "notes"> & { action: MailContent["action"] }) {
  const paragraph = (text: string, style = "") =>
    `<p style="margin:0 0 16px;${style}">${escapeHtml(text).replaceAll("\n", "<br>")}</p>`;
  const button = action
    ? `<p style="margin:24px 0"><a href="${escapeHtml(action.url)}" style="display:inline-block;padding:10px 18px;border-radius:8px;background:#0b6e66;color:#ffffff;text-decoration:none;font-weight:600">${escapeHtml(action.label)}</a></p>
${paragraph(action.url, "font-size:13px;color:#5b6270;word-break:break-all")}`
    : "";
  return `<!doctype html>
<html lang="en">
<body style="margin:0;padding:24px;background:#ffffff;color:#1c2029;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:520px">
${paragraphs.map((text) => paragraph(text)).join("\n")}
${button}
${(notes ?? []).map((text) => paragraph(text, "font-size:13px;color:#5b6270")).join("\n")}
<p style="margin:24px 0 0;font-size:13px;color:#5b6270">${SIGNATURE}</p>
</div>
</body>
</html>
`;
}
