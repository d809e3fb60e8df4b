// The keys of one call: the first one, and the next one when the provider refuses it before anything was sent on.
import type { Dispatcher } from "undici";
import { type ProviderError } from "#libs/openrouter/index";
import { type ProviderKind } from "./provider-key.entity.js";

/** What a call to a provider needs; it lives no longer than the call. */
export interface ProviderCredential {
  /** Null: the instance's own key. */
  keyId: string | null;
  provider: ProviderKind;
  secret: string;
  baseUrl: string;
  /** The pool that may connect to this base URL; undefined: the process's own. */
  dispatcher: Dispatcher | undefined;
}

/** One key that may be tried. */
export interface CallKey {
  open(): Promise<ProviderCredential>;
  /** The provider refused a call with it. @returns whether another key may help */
  refused(error: ProviderError): Promise<boolean>;
  /** The provider answered a call with it. */
  worked(): Promise<void>;
}

export class CallKeys {
  /** The key that is in use. */
  private at = 0;

  /** @param keys in the order to try them, at least one */
  constructor(private readonly keys: readonly CallKey[]) {}

  /** Opens the key to begin with. @throws KeyUnreadableError, KeyDestroyedError, BaseUrlRefusedError */
  async first(): Promise<ProviderCredential> {
    return this.keys[0]!.open();
  }

  /**
   * The call failed. A refusal that is the key's own matter makes it rest.
   * @returns the next key; null when another would not help, or output was seen, or there is none
   */
  async after(error: ProviderError): Promise<ProviderCredential | null> {
    const mayHelp = await this.keys[this.at]!.refused(error);
    if (!mayHelp || error.phase === "after_output") return null;
    for (let next = this.at + 1; next < this.keys.length; next++) {
      // A spare key that does not open is noted where that is found; what is told is why the first did not do.
      const credential = await this.keys[next]!.open().catch(() => null);
      if (!credential) continue;
      this.at = next;
      return credential;
    }
    return null;
  }

  /** The call was answered. */
  async worked(): Promise<void> {
    await this.keys[this.at]!.worked();
  }
}
