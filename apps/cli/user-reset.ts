// `parley user reset EMAIL`: a reset link for somebody who cannot sign in.
import { Config } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { NotFoundError } from "#libs/errors/index";
import { PasswordResets, resetPath } from "#src/auth/password-resets";
import { withApplication } from "./application.js";

/** @returns the link, or only its path where PUBLIC_URL is not set. @throws Error when there is no such account */
export async function resetLink(email: string): Promise<string> {
  return withApplication(async (app) => {
    const sql = "SELECT id FROM users WHERE email = ?";
    const user = await app.get(Database, { strict: false }).one<{ id: string }>(sql, [email.toLowerCase()]);
    if (!user) throw new NotFoundError("This account");
    const { token, expiresAt } = await app.get(PasswordResets, { strict: false }).issue(null, user.id);
    const { publicUrl } = app.get(Config, { strict: false });
    const link = publicUrl === undefined ? resetPath(token) : new URL(resetPath(token), publicUrl).href;
    return `${link}\nIt works once, until ${new Date(expiresAt).toISOString()}.\n`;
  });
}
