// Mail: every process may put one into the outbox, workers send it.
import { Global, Module } from "@nestjs/common";
import { Mailer } from "./mailer.js";
import { SendMailProcessor } from "./send-mail.processor.js";
import { Smtp } from "./smtp.js";

@Global()
@Module({ providers: [Mailer], exports: [Mailer] })
export class MailModule {}

@Module({ imports: [MailModule], providers: [SendMailProcessor, Smtp] })
export class MailWorkerModule {}
