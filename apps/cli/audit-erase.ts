// `parley audit erase`: what the audit logs hold of a person, on their request, or of a month, by age.
import { Database } from "#libs/database/index";
import { EraseDetail } from "#src/audit/erase-detail";
import { withApplication } from "./application.js";
import { PlainFault } from "./plain-fault.js";

/**
 * @param whose an e-mail, the id of an account (also of one that is gone), or a month such as 2026-11
 * @throws PlainFault, NotFoundError
 */
export async function eraseDetail(whose: string): Promise<string> {
  return withApplication(async (app) => {
    const find = "SELECT id FROM users WHERE email = ?";
    const subject = whose.includes("@")
      ? (await app.get(Database).one<{ id: string }>(find, [whose.toLowerCase()]))?.id
      : whose.toLowerCase();
    if (subject === undefined) throw new PlainFault("This account was not found.");
    await app.get(EraseDetail, { strict: false }).execute(subject);
    return `Addresses, names and browsers of ${whose} are gone from every audit log; its events stay, and the chains hold.\n`;
  });
}
