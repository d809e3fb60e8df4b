// What can go wrong with conversations and messages.
import { ConflictError, DomainError } from "#libs/errors/index";

/** 422: the parent named in a send is not a message of this conversation. */
export class UnknownParentError extends DomainError {
  constructor() {
    super("unknown_parent", 422, "parentId is not a message of this conversation.", {
      errors: [{ path: "parentId", message: "is not a message of this conversation" }],
    });
  }
}

/** 409: the action does not fit the message (a reply to a reply, an edit of an answer …). */
export class WrongMessageError extends ConflictError {
  constructor(message: string) {
    super("wrong_message", message);
  }
}

/** 409: a legal hold forbids it. */
export class LegalHoldError extends ConflictError {
  constructor() {
    super("legal_hold", "A legal hold protects this conversation; it cannot be deleted.");
  }
}
