// The job: send one mail of the outbox; and the sweep that queues what is due. The payload is an id, never the mail.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { Logger } from "#libs/observability/index";
import { Handles, Queues } from "#libs/queues/index";
import { Rounds } from "#libs/rounds/index";
import { Mailer } from "./mailer.js";
import { MailRefusedError, SEND_LEASE_MS, Smtp } from "./smtp.js";

/** How often the outbox is looked at, ms: the longest that a mail waits for its first attempt. */
const SWEEP_MS = 1_000;
/** Mails that one sweep hands out. */
const AT_ONCE = 50;
/** A handed-out mail that no worker took is handed out again after this, ms. */
const JOB_BUCKET_MS = 5_000;
/** Waits between attempts, s; the last one repeats until the mail expires. */
const WAITS_S = [5, 15, 60, 300, 900];

@Injectable()
export class SendMailProcessor implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rounds = new Rounds(
    () => this.sweep(),
    SWEEP_MS,
    (error) => this.logger.warn("mail_sweep_failed", { error }),
  );

  constructor(
    private readonly mailer: Mailer,
    private readonly smtp: Smtp,
    private readonly queues: Queues,
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (this.mailer.enabled) this.rounds.start();
  }

  onApplicationShutdown(): void {
    this.rounds.stop();
  }

  @Handles("mail.send")
  async handle({ mailId }: { mailId: string }): Promise<void> {
    if (!this.config.mail) return;
    const mail = await this.mailer.claim(mailId, SEND_LEASE_MS);
    if (!mail) return;
    const { attempt } = mail;
    try {
      await this.smtp.send(mail);
    } catch (error) {
      const { code, permanent } = error instanceof MailRefusedError ? error : { code: "internal", permanent: true };
      this.logger.warn("mail_not_sent", { mailId, attempt, code, retryable: !permanent });
      if (permanent) await this.mailer.remove(mailId);
      else await this.mailer.postpone(mailId, Date.now() + (WAITS_S[attempt - 1] ?? WAITS_S.at(-1)!) * 1_000);
      return;
    }
    await this.mailer.remove(mailId);
    this.logger.info("mail_sent", { mailId, attempt });
  }

  private async sweep(): Promise<void> {
    const now = Date.now();
    for (const { id, tries } of await this.mailer.due(now, AT_ONCE)) {
      const jobId = `${id}:${tries}:${Math.floor(now / JOB_BUCKET_MS)}`;
      await this.queues.add("mail.send", { mailId: id }, { jobId });
    }
  }
}
