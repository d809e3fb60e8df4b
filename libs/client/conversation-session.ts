// A conversation that stays in step with the server: joins, resumes after each loss, and can be watched by a view.
import { v4 as uuid } from "uuid";
import { type ClientEvents, type MessageDelta, TERMINAL_EVENTS } from "./events.js";
import { MessageBook } from "./message-book.js";
import type { MessageStore } from "./message-store.js";
import { Outbox } from "./outbox.js";
import { ParleyError } from "./parley-error.js";
import type { ParleySocket } from "./socket.js";
import { Store, type Watchable } from "./store.js";
import type { Conversation, Id, Message, SendMessageBody, SentMessages } from "./types.js";

/** What a view shows of a conversation, but for text that is streaming: that is in {@link ConversationSession.message}. */
export interface ConversationSnapshot {
  /** `gone`: deleted, or not visible to this account. */
  readonly state: "joining" | "live" | "offline" | "gone";
  readonly conversation: Conversation | null;
  /** The shown branch, oldest first. Rows that still stream hold what was stored when they were read. */
  readonly messages: readonly Message[];
  /** The answer that is being written on this branch. */
  readonly streaming: Message | null;
  /** The unsent text of this conversation, as another tab of the same account typed it last. */
  readonly draft: string | null;
  readonly error?: ParleyError;
}

export type SendMessageOptions = Omit<Partial<SendMessageBody>, "content"> & { signal?: AbortSignal };

/** A stream that is silent for this long is asked for again, ms: a lost end would otherwise not be noticed. */
const STALL_MS = 15_000;
/** A join that the server could not carry out is tried again after this, ms. */
const REJOIN_MS = 3000;
/** How long typing must rest before the draft is sent, ms. */
const DRAFT_REST_MS = 300;

/** Joins a conversation; the session is live until {@link ConversationSession.leave}. */
export function joinConversation(socket: ParleySocket, workspaceId: Id, conversationId: Id): ConversationSession {
  return new ConversationSession(socket, workspaceId, conversationId);
}

/** One conversation on one socket. */
export class ConversationSession implements Watchable<ConversationSnapshot> {
  /** What was written here and is not acked yet. */
  readonly outbox = new Outbox();
  private readonly book = new MessageBook();
  private readonly store = new Store<ConversationSnapshot>({
    state: "joining",
    conversation: null,
    messages: [],
    streaming: null,
    draft: null,
  });
  private readonly left = new AbortController();
  private readonly endings: (() => void)[] = [];
  private joining: Promise<void> | undefined;
  private joinAgain = false;
  /** Deltas that came with the ack of a join, before its messages were taken over. */
  private readonly early: MessageDelta[] = [];
  private stall: ReturnType<typeof setTimeout> | undefined;
  private draftTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly socket: ParleySocket,
    readonly workspaceId: Id,
    readonly conversationId: Id,
  ) {
    this.listen();
    this.endings.push(
      socket.onOnline(() => void this.sync()),
      socket.status.subscribe(() => this.onStatus()),
    );
  }

  readonly subscribe = (listener: () => void): (() => void) => this.store.subscribe(listener);
  readonly getSnapshot = (): ConversationSnapshot => this.store.getSnapshot();

  /** One message with its streaming text, to watch on its own. */
  message(id: Id): MessageStore | undefined {
    return this.book.store(id);
  }

  /** The known alternatives to a message (regenerated or edited), oldest first, itself among them. */
  siblings(id: Id): Message[] {
    return this.book.siblings(id);
  }

  /** Adds messages that were read by REST, e.g. an older page. */
  add(messages: readonly Message[]): void {
    for (const message of messages) this.book.put(message);
    this.publish();
  }

  /**
   * Sends a message: retried through lost connections and acks until the server has it, which is safe because the
   * `clientMessageId` is made once. While it is under way, or failed, it stands in {@link outbox}.
   */
  async send(content: string, { signal, ...options }: SendMessageOptions = {}): Promise<SentMessages> {
    const body: SendMessageBody = { clientMessageId: uuid(), ...options, content };
    return this.deliver(body, signal);
  }

  /** Sends a failed message again, under the same `clientMessageId`. */
  async resend(clientMessageId: Id): Promise<SentMessages> {
    const entry = this.outbox.find(clientMessageId);
    if (!entry) throw new ParleyError("not_found", "There is no such unsent message.");
    return this.deliver(entry.body);
  }

  /** Stops an answer. Its terminal event follows. */
  stop(messageId: Id): Promise<Message> {
    return this.act("message:stop", { messageId });
  }

  /** Answers the same question again, beside the first answer. */
  async regenerate(messageId: Id, model?: string): Promise<Message> {
    const what = { messageId, clientMessageId: uuid(), ...(model !== undefined && { model }) };
    return this.show(await this.act("message:regenerate", what));
  }

  /** Goes on from the text of an answer that ended too early, beside it. */
  async continue(messageId: Id): Promise<Message> {
    return this.show(await this.act("message:continue", { messageId, clientMessageId: uuid() }));
  }

  /** Asks again with another text: a new branch beside the old one. */
  async edit(messageId: Id, content: string): Promise<SentMessages> {
    const sent = await this.act("message:edit", { messageId, content, clientMessageId: uuid() });
    this.show(sent.userMessage);
    this.show(sent.assistantMessage);
    return sent;
  }

  /** Tells the other tabs of this account what is being typed; sent when typing rests. */
  setDraft(text: string): void {
    this.store.patch({ draft: text });
    clearTimeout(this.draftTimer);
    this.draftTimer = setTimeout(() => {
      const { workspaceId, conversationId } = this;
      const draft = { workspaceId, conversationId, text };
      // A draft is not worth a complaint: the next one brings the same and more.
      this.socket.send("draft:update", draft, { retries: 2, signal: this.left.signal }).catch(() => undefined);
    }, DRAFT_REST_MS);
  }

  /** Asks the server where things stand; called by itself after every loss. */
  sync(): Promise<void> {
    if (this.joining) {
      this.joinAgain = true;
      return this.joining;
    }
    this.joining = this.join().finally(() => {
      this.joining = undefined;
      if (!this.joinAgain || this.left.signal.aborted) return;
      this.joinAgain = false;
      void this.sync();
    });
    return this.joining;
  }

  /** Ends the session; messages that are not acked yet are given up. */
  leave(): void {
    if (this.left.signal.aborted) return;
    this.left.abort();
    clearTimeout(this.stall);
    clearTimeout(this.draftTimer);
    for (const end of this.endings) end();
    const { conversationId } = this;
    if (this.socket.status.getSnapshot().state !== "online") return;
    this.socket.send("conversation:leave", { conversationId }, { retries: 0 }).catch(() => undefined);
  }

  private async join(): Promise<void> {
    const { workspaceId, conversationId } = this;
    const resume = this.book.positions();
    const payload = { workspaceId, conversationId, ...(Object.keys(resume).length > 0 && { resume }) };
    try {
      const joined = await this.socket.send("conversation:join", payload, { signal: this.left.signal });
      this.book.joined(joined);
      for (const delta of this.early.splice(0)) this.book.delta(delta);
      this.publish({ state: "live", conversation: joined.conversation });
      this.watchStall();
    } catch (error) {
      this.early.length = 0;
      if (this.left.signal.aborted) return;
      const failure =
        error instanceof ParleyError ? error : new ParleyError("bad_answer", "Joining failed.", { cause: error });
      this.store.patch({ state: failure.code === "not_found" ? "gone" : "offline", error: failure });
      if (failure.retryable) this.syncAfter(REJOIN_MS);
    }
  }

  private listen(): void {
    const { socket, book } = this;
    const ours = (id: Id): boolean => id === this.conversationId;
    this.endings.push(
      socket.on("message:created", ({ message }) => {
        if (!ours(message.conversationId)) return;
        book.created(message);
        this.publish();
        this.watchStall();
      }),
      socket.on("message:delta", (delta) => {
        if (this.isEarly(delta.messageId)) this.early.push(delta);
        if (!book.store(delta.messageId)) return;
        // A join that is under way already asks for everything after the last applied seq.
        if (book.delta(delta) === "gap" && !this.joining) void this.sync();
        this.watchStall();
      }),
      socket.on("message:restarted", (restarted) => book.restarted(restarted)),
      ...TERMINAL_EVENTS.map((event) =>
        socket.on(event, ({ message }) => {
          if (!ours(message.conversationId)) return;
          book.put(message);
          this.publish();
          this.watchStall();
        }),
      ),
      socket.on("message:settled", (settled) => {
        if (!book.store(settled.messageId)) return;
        book.settled(settled);
        this.publish();
      }),
      socket.on("conversation:updated", ({ conversation }) => {
        if (!ours(conversation.id)) return;
        // Another tab may show a branch that was never loaded here: the join's answer has it.
        if (!book.follow(conversation)) void this.sync();
        this.publish({ conversation });
      }),
      socket.on("conversation:deleted", ({ conversation }) => {
        if (ours(conversation.id)) this.store.patch({ state: "gone" });
      }),
      socket.on("draft:updated", ({ conversationId, text }) => {
        if (ours(conversationId)) this.store.patch({ draft: text });
      }),
    );
  }

  private isEarly(messageId: Id): boolean {
    return this.joining !== undefined && this.book.store(messageId) === undefined;
  }

  private onStatus(): void {
    const { state, error } = this.socket.status.getSnapshot();
    if (state === "online" || this.getSnapshot().state === "gone") return;
    clearTimeout(this.stall);
    this.store.patch({ state: "offline", ...(error && { error }) });
  }

  /** While something streams, silence is answered by asking again. */
  private watchStall(): void {
    clearTimeout(this.stall);
    if (this.book.live().length > 0) this.syncAfter(STALL_MS);
  }

  private syncAfter(ms: number): void {
    clearTimeout(this.stall);
    if (!this.left.signal.aborted) this.stall = setTimeout(() => void this.sync(), ms);
  }

  private async deliver(body: SendMessageBody, signal?: AbortSignal): Promise<SentMessages> {
    const { workspaceId, conversationId } = this;
    const given = signal ? AbortSignal.any([signal, this.left.signal]) : this.left.signal;
    this.outbox.sending(body);
    try {
      const sent = await this.socket.send("message:send", { ...body, workspaceId, conversationId }, { signal: given });
      this.show(sent.userMessage);
      this.show(sent.assistantMessage);
      this.outbox.remove(body.clientMessageId);
      return sent;
    } catch (error) {
      if (error instanceof ParleyError) this.outbox.failed(body.clientMessageId, error);
      throw error;
    }
  }

  private act<E extends "message:stop" | "message:regenerate" | "message:continue" | "message:edit">(
    event: E,
    what: Omit<ClientEvents[E]["payload"], "workspaceId">,
  ): Promise<ClientEvents[E]["data"]> {
    const payload = { workspaceId: this.workspaceId, ...what } as ClientEvents[E]["payload"];
    return this.socket.send(event, payload, { signal: this.left.signal });
  }

  private show(message: Message): Message {
    this.book.created(message);
    this.publish();
    this.watchStall();
    return message;
  }

  private publish(part: Partial<ConversationSnapshot> = {}): void {
    this.store.patch({ ...part, messages: this.book.branch(), streaming: this.book.streaming() ?? null });
  }
}
