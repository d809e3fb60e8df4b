// A mail server of a test: real SMTP, keeps what it gets, and refuses on demand.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** A mail as it arrived. */
export interface ReceivedMail {
  to: string[];
  /** Headers and body, decoded from quoted-printable. */
  raw: string;
  /** Whether it came through TLS. */
  secure: boolean;
  user: string | undefined;
}

/** What the server answers to a mail; undefined takes it. */
type Answer = { code: number; message: string } | undefined;

export class TestSmtp {
  readonly mails: ReceivedMail[] = [];
  /** Asked for every mail after its content has come. */
  answer: (mail: ReceivedMail) => Promise<Answer> | Answer = () => undefined;
  private readonly waiting = new Set<() => void>();

  private constructor(private readonly server: SMTPServer) {}

  /** @param port 0: any free one */
  static async start(port = 0): Promise<TestSmtp> {
    const server: SMTPServer = new SMTPServer({
      authOptional: true,
      disabledCommands: [],
      // The package warns that its certificate is for tests; these are.
      logger: false,
      onAuth: ({ username, password }, _session, done) =>
        password === "mail-password" ? done(null, { user: username }) : done(new Error("Wrong password")),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          const raw = decoded(Buffer.concat(chunks).toString("utf8"));
          void self.take({ to, raw, secure: Boolean(session.secure), user: session.user as string | undefined }, done);
        });
      },
    });
    const self = new TestSmtp(server);
    server.on("error", () => undefined);
    server.listen(port, "127.0.0.1");
    await once(server.server, "listening");
    return self;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  /** Waits until mails that match have come. */
  async received(matches: (mail: ReceivedMail) => boolean, count = 1): Promise<ReceivedMail[]> {
    for (;;) {
      const found = this.mails.filter(matches);
      if (found.length >= count) return found;
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async take(mail: ReceivedMail, done: (error?: Error | null) => void): Promise<void> {
    const refusal = await this.answer(mail);
    if (refusal) return done(Object.assign(new Error(refusal.message), { responseCode: refusal.code }));
    this.mails.push(mail);
    done();
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }
}

/** Undoes quoted-printable (RFC 2045 §6.7) for texts that are UTF-8. */
function decoded(raw: string): string {
  const joined = raw.replace(/=\r\n/g, "");
  return joined.replace(/(=[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll("=", ""), "hex").toString("utf8"));
}
