// Mails that wait to be sent: sealed, since they hold links that open accounts; gone once they are sent.
import { migration } from "./migration.js";

export const outgoingMails = migration(60, "OutgoingMails", [
  `CREATE TABLE outgoing_mails (
    id varchar(36) PRIMARY KEY NOT NULL,
    kek_id varchar(32) NOT NULL,
    sealed text NOT NULL,
    tries integer NOT NULL,
    due_at bigint NOT NULL,
    expires_at bigint NOT NULL
  )`,
  "CREATE INDEX ix_outgoing_mails_due ON outgoing_mails (due_at)",
  "CREATE INDEX ix_outgoing_mails_expires ON outgoing_mails (expires_at)",
]);
