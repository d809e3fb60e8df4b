// Before an account is linked because of its e-mail: ends everything by which somebody else could still use it.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { AccessNotices } from "#src/auth/access-notices";
import { NO_PASSWORD } from "#src/auth/passwords";
import { SessionsService } from "#src/auth/sessions.service";

@Injectable()
export class AccountHandover {
  constructor(
    private readonly db: Database,
    private readonly sessions: SessionsService,
    private readonly notices: AccessNotices,
  ) {}

  /**
   * Whatever else comes to sign an account in must end here as well.
   *
   * Nobody has ever proven here that the account's address is theirs: whoever made it may have taken another one's in
   * advance. So password, second factor, passkeys, reset links, sessions, platform keys and open invites go. Must run in a transaction.
   */
  async run(userId: string): Promise<void> {
    await this.db.execute("UPDATE users SET password_hash = ? WHERE id = ?", [NO_PASSWORD, userId]);
    await this.db.execute("DELETE FROM password_resets WHERE user_id = ?", [userId]);
    await this.db.execute("DELETE FROM second_factors WHERE user_id = ?", [userId]);
    await this.db.execute("DELETE FROM passkeys WHERE user_id = ?", [userId]);
    await this.db.execute("DELETE FROM invites WHERE created_by = ?", [userId]);
    const revoke = "UPDATE api_keys SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL RETURNING id";
    const keys = await this.db.query<{ id: string }>(revoke, [Date.now(), userId]);
    const ended = await this.sessions.end(userId, "all");
    this.db.afterCommit(() => {
      void this.sessions.announce(ended);
      void this.notices.keysChanged(keys.map(({ id }) => id));
    });
  }
}
