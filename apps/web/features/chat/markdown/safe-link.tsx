// A link in a model's text: http, https and mailto only, no trace of us, and a question before a long foreign address.
import type { ExtraProps } from "hast-util-to-jsx-runtime";
import type { JSX } from "react";
import { useUi } from "~/app/ui-store";
import { judgeLink } from "./link-policy";

/** Shows the text alone when the address may not be followed. */
export function SafeLink({ href, children }: JSX.IntrinsicElements["a"] & ExtraProps) {
  const askAbout = useUi((ui) => ui.askAboutLink);
  const link = judgeLink(href, location.origin);
  if (!link) return <span>{children}</span>;
  return (
    <a
      href={link.href}
      title={link.href}
      target="_blank"
      rel="noopener noreferrer nofollow ugc"
      referrerPolicy="no-referrer"
      onClick={(event) => {
        if (!link.ask) return;
        event.preventDefault();
        askAbout(link.href);
      }}
      onAuxClick={(event) => {
        // The middle button would open it unseen.
        if (link.ask && event.button === 1) event.preventDefault();
      }}
    >
      {children}
    </a>
  );
}
