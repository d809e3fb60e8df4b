// An answer that is an error: status, body and headers as OpenRouter sends them.
import type { JsonObject } from "./json.js";

/** What an error body may hold beside its message. */
export type FaultDetails = {
  readonly type?: string;
  readonly metadata?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
  /** Another body than JSON, such as the HTML page of an edge. */
  readonly html?: string;
  /** Overrides the integer `code`, which is the status else. */
  readonly code?: number;
  /** Extra keys inside `error`. */
  readonly extra?: JsonObject;
};

/** Thrown by handlers, written once by the server. */
export class Fault extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly details: FaultDetails = {},
  ) {
    super(message);
  }

  /** The JSON body: `{error:{code,message,metadata}}`. */
  body(): JsonObject {
    const { type, metadata, extra, code } = this.details;
    const described = type || metadata ? { metadata: { ...(type ? { error_type: type } : {}), ...metadata } } : {};
    return { error: { code: code ?? this.status, message: this.message, ...described, ...extra } };
  }
}
