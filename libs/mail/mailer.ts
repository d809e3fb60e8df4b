// The outbox: a mail is a sealed row of the database, written together with what it tells of.
import { Injectable } from "@nestjs/common";
import { Config, type VaultKey } from "#libs/config/index";
import { Database, newId } from "#libs/database/index";
import { openText, sealText } from "#libs/sealing/index";
import { type MailContent } from "./layout.js";

/** A mail that takes longer than this is given up: its link is stale and its reader has asked again, ms. */
const KEEP_MS = 24 * 3_600_000;

/** A mail with its address. */
export interface AddressedMail {
  to: string;
  content: MailContent;
}

/** A mail of the outbox that this caller may send now. */
export interface ClaimedMail extends AddressedMail {
  id: string;
  /** Counts from 1. */
  attempt: number;
}

interface Row {
  id: string;
  kek_id: string;
  sealed: string;
  tries: number;
}

@Injectable()
export class Mailer {
  constructor(
    private readonly db: Database,
    private readonly config: Config,
  ) {}

  /** Whether this instance sends mail. Where it does not, people are shown the links instead. */
  get enabled(): boolean {
    return this.config.mail !== undefined;
  }

  /** The address of a page of the web app, for a mail. @throws Error when mail is not configured */
  link(path: string): string {
    const { publicUrl, mail } = this.config;
    // Never made from a request's Host header: whoever asks for a mail to somebody else would choose where its token goes.
    if (!mail || !publicUrl) throw new Error("Mail is not configured");
    return new URL(path, publicUrl).href;
  }

  /**
   * Puts a mail into the outbox, in the transaction that is open: it goes out if that commits.
   * @param keepUntil epoch ms after which it is of no use; at most a day is tried
   * @returns false when mail is not configured, and nothing was kept
   */
  async send(to: string, content: MailContent, keepUntil = Number.POSITIVE_INFINITY): Promise<boolean> {
    if (!this.enabled) return false;
    const [kek] = this.config.vaultKeys as [VaultKey, ...VaultKey[]];
    const id = newId();
    const now = Date.now();
    await this.db.insert("outgoing_mails", {
      id,
      kek_id: kek.id,
      sealed: sealText(kek.key, purposeOf(id), JSON.stringify({ to, content } satisfies AddressedMail)),
      tries: 0,
      due_at: now,
      expires_at: Math.min(keepUntil, now + KEEP_MS),
    });
    return true;
  }

  /** Mails whose time has come, oldest first. */
  async due(now: number, limit: number): Promise<{ id: string; tries: number }[]> {
    const sql = "SELECT id, tries FROM outgoing_mails WHERE due_at <= ? ORDER BY due_at, id LIMIT ?";
    return this.db.query(sql, [now, limit]);
  }

  /**
   * Takes a due mail for one attempt; others get it again after `leaseMs`, should this caller die.
   * @returns undefined when it is gone, expired, unreadable or somebody else's
   */
  async claim(id: string, leaseMs: number): Promise<ClaimedMail | undefined> {
    const now = Date.now();
    await this.db.execute("DELETE FROM outgoing_mails WHERE expires_at <= ?", [now]);
    const sql = "UPDATE outgoing_mails SET tries = tries + 1, due_at = ? WHERE id = ? AND due_at <= ?";
    if ((await this.db.execute(sql, [now + leaseMs, id, now])) === 0) return undefined;
    const row = await this.db.one<Row>("SELECT id, kek_id, sealed, tries FROM outgoing_mails WHERE id = ?", [id]);
    if (!row) return undefined;
    const mail = this.opened(row);
    if (!mail) {
      await this.remove(id);
      return undefined;
    }
    return { ...mail, id, attempt: row.tries };
  }

  /** Tries again after a while. */
  async postpone(id: string, dueAt: number): Promise<void> {
    await this.db.execute("UPDATE outgoing_mails SET due_at = ? WHERE id = ?", [dueAt, id]);
  }

  /** Takes back what waits to be sent to this address; a mail that is on its way already arrives. */
  async withdraw(to: string): Promise<void> {
    const address = to.toLowerCase();
    for (const row of await this.db.query<Row>("SELECT id, kek_id, sealed, tries FROM outgoing_mails"))
      if (this.opened(row)?.to.toLowerCase() === address) await this.remove(row.id);
  }

  /** It was sent, or never can be. */
  async remove(id: string): Promise<void> {
    await this.db.execute("DELETE FROM outgoing_mails WHERE id = ?", [id]);
  }

  /** @returns undefined when its key was rotated away: it could never be opened again */
  private opened({ id, kek_id, sealed }: Row): AddressedMail | undefined {
    const kek = this.config.vaultKeys.find((key) => key.id === kek_id);
    return kek && (JSON.parse(openText(kek.key, purposeOf(id), sealed)) as AddressedMail);
  }
}

const purposeOf = (id: string): string => `outgoing mail ${id}`;
