// What members think of answers. Goes with the message or the account.
import { migration } from "./migration.js";

export const feedback = migration(11, "Feedback", [
  `CREATE TABLE message_feedback (
    message_id varchar(36) NOT NULL,
    user_id varchar(36) NOT NULL,
    workspace_id varchar(36) NOT NULL,
    conversation_id varchar(36) NOT NULL,
    rating varchar(4) NOT NULL,
    comment text,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT pk_message_feedback PRIMARY KEY (message_id, user_id),
    CONSTRAINT fk_message_feedback_message FOREIGN KEY (message_id) REFERENCES messages (id) ON DELETE CASCADE,
    CONSTRAINT fk_message_feedback_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  )`,
  "CREATE INDEX ix_message_feedback_conversation ON message_feedback (conversation_id, user_id)",
  "CREATE INDEX ix_message_feedback_user ON message_feedback (user_id)",
]);
