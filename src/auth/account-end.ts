// What an account alone has ends with it: sessions, platform keys, ways to sign in, mails that wait for it.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { Mailer } from "#libs/mail/index";
import { AccessNotices } from "./access-notices.js";
import { type EndedSession } from "./sessions.repository.js";
import { SessionsService } from "./sessions.service.js";

/** What is to be told of after the commit. */
export interface EndedAccount {
  sessions: EndedSession[];
  /** Ids of platform keys. */
  keys: string[];
}

@Injectable()
export class AccountEnd {
  constructor(
    private readonly db: Database,
    private readonly sessions: SessionsService,
    private readonly notices: AccessNotices,
    private readonly mailer: Mailer,
  ) {}

  /** Deletes the account's row, and with it all that is the account's alone (ON DELETE CASCADE). Must run in a transaction. */
  async erase({ id, email }: { id: string; email: string }): Promise<EndedAccount> {
    const sessions = await this.sessions.end(id, "all");
    const keys = await this.db.query<{ id: string }>("SELECT id FROM api_keys WHERE user_id = ?", [id]);
    await this.mailer.withdraw(email);
    await this.db.execute("DELETE FROM users WHERE id = ?", [id]);
    return { sessions, keys: keys.map((key) => key.id) };
  }

  /** @param memberships workspace → whose connections in it are over */
  async announce({ sessions, keys }: EndedAccount, memberships: ReadonlyMap<string, readonly string[]>): Promise<void> {
    await this.sessions.announce(sessions);
    await this.notices.keysChanged(keys);
    for (const [workspaceId, userIds] of memberships) await this.notices.membershipsChanged(workspaceId, userIds);
  }
}
