// The connection pool to providers: one for a process, tuned for a thousand long streams at once.
import { Agent, type Dispatcher } from "undici";

/** Settings of the pool. */
export interface UpstreamAgentOptions {
  /** Milliseconds for name lookup, TCP and TLS. */
  readonly connectTimeoutMs?: number;
  /** Connections to one origin; a stream holds one until it ends. Default: no bound, the caller bounds its streams. */
  readonly connections?: number;
  /** Further options of the connector, for example a `lookup` that refuses private addresses. */
  readonly connect?: NonNullable<Exclude<Agent.Options["connect"], (...args: never[]) => unknown>>;
}

/**
 * Makes a pool. Idle connections are kept 10 s: long enough for a chat's next message, short enough that the other side
 * has rarely closed them first (a request lost that way may have been billed, contract §6). HTTP/1.1 only, because
 * closing the connection is how a generation is cancelled (§2.3 item 10). Time limits of answers are kept by the client
 * itself, exact to the millisecond and aware of comments, so those of undici are off.
 */
export function createUpstreamAgent(options: UpstreamAgentOptions = {}): Dispatcher {
  return new Agent({
    connections: options.connections ?? null,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: 10_000,
    keepAliveMaxTimeout: 60_000,
    maxHeaderSize: 32 * 1024,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { ...options.connect, timeout: options.connectTimeoutMs ?? 10_000 },
  });
}

let shared: Dispatcher | null = null;

/** The pool of the process, made at first use. Clients that need another policy bring their own. */
export function sharedUpstreamAgent(): Dispatcher {
  shared ??= createUpstreamAgent();
  return shared;
}
