// Sends one mail over SMTP.
import { isIP } from "node:net";
import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import { createTransport } from "nodemailer";
import { Config } from "#libs/config/index";
import { renderMail } from "./layout.js";
import { type ClaimedMail } from "./mailer.js";

/** How long each step of the conversation may take, ms; a whole attempt stays below {@link SEND_LEASE_MS}. */
const STEP_MS = 10_000;
/** Longer than an attempt can take, ms: after it, whoever tried is dead. */
export const SEND_LEASE_MS = 120_000;

/** The server did not take the mail. */
export class MailRefusedError extends Error {
  constructor(
    /** The server's answer (RFC 5321 §4.2), or the way the connection failed. */
    readonly code: string,
    /** True when trying again cannot help: a 5xx answer about this mail or its address (RFC 5321 §4.2.1). */
    readonly permanent: boolean,
  ) {
    super(`The mail server did not take the mail (${code})`);
  }
}

@Injectable()
export class Smtp implements OnApplicationShutdown {
  private readonly ended = new AbortController();

  constructor(private readonly config: Config) {}

  onApplicationShutdown(): void {
    this.ended.abort();
  }

  /** @throws MailRefusedError */
  async send({ id, to, content }: ClaimedMail): Promise<void> {
    const { mail, publicUrl } = this.config;
    if (!mail || !publicUrl) throw new MailRefusedError("not configured", true);
    const transport = createTransport({
      url: mail.url,
      requireTLS: needsTls(mail.url),
      connectionTimeout: STEP_MS,
      greetingTimeout: STEP_MS,
      socketTimeout: STEP_MS,
      // Content is text of ours; nothing may be read from a file or an address.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      await transport.sendMail({
        from: mail.from,
        to,
        ...renderMail(content),
        // The same in every attempt, so that a mail that was taken twice shows once.
        messageId: `<${id}@${new URL(publicUrl).hostname}>`,
        // RFC 3834 §5: no answers by machines.
        headers: { "Auto-Submitted": "auto-generated" },
        signal: this.ended.signal,
      });
    } catch (error) {
      throw refusal(error);
    } finally {
      transport.close();
    }
  }
}

/** A password goes over the network encrypted or not at all; only to this machine it may go in the clear. */
export function needsTls(text: string): boolean {
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const local = host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
  return url.protocol === "smtp:" && url.username !== "" && !local;
}

function refusal(error: unknown): MailRefusedError {
  const { responseCode, code, command } = error as { responseCode?: number; code?: string; command?: string };
  // A 5xx to MAIL FROM, RCPT TO or DATA is about this mail; to AUTH or EHLO it is about the settings, which may be mended.
  const aboutMail = ["MAIL FROM", "RCPT TO", "DATA"].includes(command ?? "");
  const permanent = aboutMail && responseCode !== undefined && responseCode >= 500;
  return new MailRefusedError(String(responseCode ?? code ?? "unknown"), permanent);
}
