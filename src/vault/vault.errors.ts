// What can be wrong with a provider key, in words that say what to do.
import { DomainError } from "#libs/errors/index";

/** 422: nobody has given a key yet. */
export class NoProviderKeyError extends DomainError {
  constructor() {
    super("no_provider_key", 422, "No provider key is set up: add one in Settings → Provider keys.");
  }
}

/** 410: the workspace's data-encryption key was destroyed on purpose. */
export class KeyDestroyedError extends DomainError {
  constructor() {
    super("key_destroyed", 410, "The key of this workspace was destroyed; its secrets are gone for good.");
  }
}

/** 500: the sealed value was changed or moved in the database. Never answered by another key or an empty secret. */
export class KeyUnreadableError extends DomainError {
  constructor(cause: unknown) {
    super(
      "provider_key_unreadable",
      500,
      "This provider key cannot be opened: what is stored was changed or moved. Enter the secret again.",
      { cause },
    );
  }
}

/** 422: the operator does not allow this address any more. */
export class BaseUrlRefusedError extends DomainError {
  constructor() {
    super("base_url_refused", 422, "The base URL of this provider key points at an address that is not allowed here.");
  }
}
