// The live connection to Parley: typed events over Socket.IO, acks that are retried where a repeat is harmless.
import { io, type Socket } from "socket.io-client";
import type { Ack, ClientEventName, ClientEvents, ServerEventName, ServerEvents } from "./events.js";
import { errorOfAck, ParleyError } from "./parley-error.js";
import { Store, type Watchable } from "./store.js";

/** How to reach and be known to the server's socket. */
export interface SocketOptions {
  /** Origin of the server; "" in a browser: the page's own. */
  baseUrl: string;
  /** A platform key (`pk_…`). Without it the session cookie counts. */
  token?: string;
  /** A `cookie` header, for programs outside a browser; read again at every connect. */
  cookie?: () => string;
  /** Default: websocket, then polling. */
  transports?: ("websocket" | "polling")[];
  /** How long one try waits for its ack, ms. Default 10,000. */
  ackTimeoutMs?: number;
}

/** `refused`: the server does not accept the credentials; it stays so until {@link ParleySocket.reconnect}. */
export interface SocketStatus {
  readonly state: "connecting" | "online" | "offline" | "refused" | "closed";
  readonly error?: ParleyError;
}

export interface SendOptions {
  /** Further tries after the first. Default: without limit where a repeat is harmless, else 0. */
  retries?: number;
  ackTimeoutMs?: number;
  signal?: AbortSignal;
}

type Handler<E extends ServerEventName> = (payload: ServerEvents[E]) => void;

/** Each of these makes a message: without an id of the client's choice a repeat would make one more. */
const MAKES_MESSAGE = new Set<ClientEventName>([
  "message:send",
  "message:regenerate",
  "message:continue",
  "message:edit",
]);
/** Backoff between tries, ms; the last one repeats. */
const BACKOFF_MS = [200, 400, 800, 1600, 3000];
/** A server that answered "try later" is asked this often again before its error is reported. */
const RETRYABLE_ERROR_TRIES = 5;

/** Connects at once and reconnects by itself until {@link ParleySocket.close}. */
export function connectSocket(options: SocketOptions): ParleySocket {
  return new ParleySocket(options);
}

/** A live connection. All its sessions and feeds share it. */
export class ParleySocket {
  private readonly socket: Socket;
  private readonly state = new Store<SocketStatus>({ state: "connecting" });
  private revival: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: SocketOptions) {
    const { baseUrl, token, transports } = options;
    const settings = {
      ...(token !== undefined && { auth: { token } }),
      transports: transports ?? ["websocket", "polling"],
      tryAllTransports: true,
      withCredentials: true,
      forceNew: true,
      autoConnect: false,
      reconnectionDelay: 250,
      reconnectionDelayMax: 5000,
      ...this.nodeHeaders(),
    };
    this.socket = baseUrl === "" ? io(settings) : io(baseUrl, settings);
    this.socket.on("connect", () => this.state.set({ state: "online" }));
    this.socket.on("disconnect", (reason) => this.onDisconnect(reason));
    this.socket.on("connect_error", (error) => this.onConnectError(error));
    this.socket.connect();
  }

  /** Whether it is connected; changes are told to subscribers. */
  get status(): Watchable<SocketStatus> {
    return this.state;
  }

  /** Listens to a server event. @returns the function that ends it */
  on<E extends ServerEventName>(event: E, handler: Handler<E>): () => void {
    const socket = this.socket as { on(event: string, handler: unknown): void; off(event: string, h: unknown): void };
    socket.on(event, handler);
    return () => socket.off(event, handler);
  }

  /**
   * Calls `handler` at every (re)connect, also at once when connected now.
   * @returns the function that ends it
   */
  onOnline(handler: () => void): () => void {
    this.socket.on("connect", handler);
    if (this.socket.connected) handler();
    return () => void this.socket.off("connect", handler);
  }

  /**
   * Sends an event and waits for its ack, through lost connections and, where a repeat is harmless, lost acks.
   * @throws ParleyError what the server answered, `no_ack`, `unauthorized` (credentials refused), `closed` or `aborted`
   */
  async send<E extends ClientEventName>(
    event: E,
    payload: ClientEvents[E]["payload"],
    options: SendOptions = {},
  ): Promise<ClientEvents[E]["data"]> {
    const retries = options.retries ?? (isRepeatable(event, payload) ? Number.POSITIVE_INFINITY : 0);
    for (let tries = 0; ; tries += 1) {
      await this.online(options.signal);
      const answer = await this.emit<ClientEvents[E]["data"]>(event, payload, options);
      if (answer.ok) return answer.data;
      const { error, answered } = answer;
      const limit = answered ? Math.min(retries, error.retryable ? RETRYABLE_ERROR_TRIES : 0) : retries;
      if (tries >= limit) throw error;
      await pause(error.retryAfterMs ?? BACKOFF_MS[Math.min(tries, BACKOFF_MS.length - 1)] ?? 0, options.signal);
    }
  }

  /** Sends anything, typed or not, once, and gives back what the server acked: for probing the protocol. */
  async emitRaw(event: string, ...args: unknown[]): Promise<unknown> {
    await this.online();
    return this.socket.timeout(this.options.ackTimeoutMs ?? 10_000).emitWithAck(event, ...args);
  }

  /** Resolves once connected. @throws ParleyError `unauthorized`, `closed` or `aborted` */
  online(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (error?: ParleyError): void => {
        stop();
        signal?.removeEventListener("abort", aborted);
        if (error) reject(error);
        else resolve();
      };
      const aborted = (): void => finish(new ParleyError("aborted", "The call was given up."));
      const look = (): void => {
        const { state, error } = this.state.getSnapshot();
        if (signal?.aborted) aborted();
        else if (state === "online") finish();
        else if (state === "closed") finish(new ParleyError("closed", "The connection was closed."));
        else if (state === "refused") finish(error ?? new ParleyError("unauthorized", "Sign in again."));
      };
      const stop = this.state.subscribe(look);
      signal?.addEventListener("abort", aborted);
      look();
    });
  }

  /** Connects again after `refused`, or with new credentials. */
  reconnect(): void {
    clearTimeout(this.revival);
    this.socket.disconnect();
    this.renewHeaders();
    this.state.set({ state: "connecting" });
    this.socket.connect();
  }

  /** Breaks the transport as a lost network would; it reconnects by itself. For tests of resuming. */
  drop(): void {
    this.socket.io.engine?.close();
  }

  /** Ends the connection for good. */
  close(): void {
    clearTimeout(this.revival);
    this.state.set({ state: "closed" });
    this.socket.disconnect();
  }

  private async emit<T>(
    event: string,
    payload: unknown,
    { ackTimeoutMs, signal }: SendOptions,
  ): Promise<{ ok: true; data: T } | { ok: false; error: ParleyError; answered: boolean }> {
    const timeout = ackTimeoutMs ?? this.options.ackTimeoutMs ?? 10_000;
    try {
      // Not connected, socket.io-client would keep the packet and send it later, beside our own retry.
      if (!this.socket.connected) throw new Error("not connected");
      const sent: Promise<Ack<T>> = this.socket.timeout(timeout).emitWithAck(event, payload);
      const ack = await unlessAborted(sent, signal);
      if (ack?.ok === true) return ack;
      if (ack?.ok === false) return { ok: false, error: errorOfAck(ack.error), answered: true };
      return {
        ok: false,
        error: new ParleyError("bad_answer", "The server's ack has no form we know."),
        answered: true,
      };
    } catch (cause) {
      if (cause instanceof ParleyError) throw cause;
      const error = new ParleyError("no_ack", "The server did not answer in time.", { retryable: true, cause });
      return { ok: false, error, answered: false };
    }
  }

  private onDisconnect(reason: string): void {
    if (this.state.getSnapshot().state === "closed") return;
    this.renewHeaders();
    this.state.set({ state: "offline" });
    // After the server's own disconnect socket.io-client stays away; whether we may come back is told at the handshake.
    if (reason === "io server disconnect") this.revive(250);
  }

  private onConnectError(error: Error & { data?: { code?: string; message?: string; retryable?: boolean } }): void {
    if (this.state.getSnapshot().state === "closed") return;
    this.renewHeaders();
    const code = error.data?.code;
    if (code === undefined) {
      this.state.set({ state: "offline", error: networkError(error) });
      return;
    }
    const refusal = new ParleyError(code, error.data?.message ?? error.message, {
      retryable: error.data?.retryable ?? false,
      ...(error.data && { details: error.data }),
    });
    this.state.set({ state: refusal.retryable ? "offline" : "refused", error: refusal });
    if (refusal.retryable) this.revive(1000);
  }

  private revive(afterMs: number): void {
    clearTimeout(this.revival);
    this.revival = setTimeout(() => this.socket.connect(), afterMs);
  }

  /** Outside a browser nobody adds cookie and origin; inside one these headers cannot be set, and need not be. */
  private nodeHeaders(): { extraHeaders?: Record<string, string> } {
    const { baseUrl, cookie } = this.options;
    if (!cookie) return {};
    return { extraHeaders: { cookie: cookie(), origin: new URL(baseUrl).origin } };
  }

  private renewHeaders(): void {
    Object.assign(this.socket.io.opts, this.nodeHeaders());
  }
}

function isRepeatable(event: ClientEventName, payload: object): boolean {
  return !MAKES_MESSAGE.has(event) || "clientMessageId" in payload;
}

function networkError(cause: Error): ParleyError {
  return new ParleyError("network", "The server cannot be reached.", { retryable: true, cause });
}

function unlessAborted<T>(sent: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return sent;
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(new ParleyError("aborted", "The call was given up."));
    if (signal.aborted) return aborted();
    signal.addEventListener("abort", aborted, { once: true });
    sent.then(resolve, reject).finally(() => signal.removeEventListener("abort", aborted));
  });
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return unlessAborted(new Promise((resolve) => setTimeout(resolve, ms)), signal);
}
