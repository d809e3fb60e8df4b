// The door of libs/mail.
export type { MailContent } from "./layout.js";
export { MailModule, MailWorkerModule } from "./mail.module.js";
export { Mailer } from "./mailer.js";
