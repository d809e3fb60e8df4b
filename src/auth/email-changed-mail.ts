// The mail to the address that was the account's until now.
import { type MailContent } from "#libs/mail/index";

/** Somebody, most likely its reader, has given the account another e-mail; which one is told to nobody. @param name of the account */
export function emailChangedMail(name: string): MailContent {
  return {
    subject: "Your Parley account has another e-mail",
    paragraphs: [
      `Hello ${name}, your account on Parley was given another e-mail. This address does not belong to it any more.`,
    ],
    notes: ["If it was not you, tell the operator of your Parley server at once."],
  };
}
