// One message that can be watched on its own: its row, and the text that is streaming into it.
import { type Assembled, type DeltaOutcome, DeltaStream } from "./delta-stream.js";
import type { MessageDelta, MessageSettled } from "./events.js";
import { Store, type Watchable } from "./store.js";
import type { Message, MessageStatus } from "./types.js";

/** What a view shows of one message. `text` is what has arrived by now; `message.content` is final only when `ended`. */
export interface MessageView extends Assembled {
  readonly message: Message;
  readonly attempt: number;
  readonly seq: number;
  readonly ended: boolean;
}

const TERMINAL = new Set<MessageStatus>(["completed", "stopped", "interrupted", "failed"]);

/** Whether the message will never change again, but for its cost and feedback. */
export function isTerminal(status: MessageStatus): boolean {
  return TERMINAL.has(status);
}

/** The state of one message and its stream. */
export class MessageStore implements Watchable<MessageView> {
  readonly stream = new DeltaStream();
  private readonly store: Store<MessageView>;

  constructor(public message: Message) {
    if (isTerminal(message.status)) this.stream.end(message);
    this.store = new Store(this.view());
  }

  readonly subscribe = (listener: () => void): (() => void) => this.store.subscribe(listener);
  readonly getSnapshot = (): MessageView => this.store.getSnapshot();

  /** Applies one delta; only this message's listeners are told. */
  delta(delta: MessageDelta): DeltaOutcome {
    const before = this.stream.attempt;
    const outcome = this.stream.apply(delta);
    if (outcome === "applied" || this.stream.attempt !== before) this.changed();
    return outcome;
  }

  /** Notes a new attempt. */
  restarted(attempt: number): void {
    if (this.stream.restart(attempt)) this.changed();
  }

  /** Takes over a newer row. A terminal row is never replaced by a live one. @returns whether the list should be told */
  update(message: Message): boolean {
    if (isTerminal(message.status)) this.stream.end(message);
    else if (this.stream.ended) return false;
    this.message = message;
    this.changed();
    return true;
  }

  /** The cost became known. */
  settled({ costUsd, costState }: MessageSettled): void {
    this.message = { ...this.message, costUsd, costState };
    this.changed();
  }

  private changed(): void {
    this.store.set(this.view());
  }

  private view(): MessageView {
    const { stream, message } = this;
    const { attempt, seq, ended, toolCalls, annotations } = stream;
    // A row read in mid-stream may be ahead of the deltas that follow it; what was shown once is not taken back.
    const text = longer(stream.text, message.content);
    const reasoning = longer(stream.reasoning, message.reasoning ?? "");
    return { message, text, reasoning, toolCalls, annotations, attempt, seq, ended };
  }
}

function longer(streamed: string, stored: string): string {
  return stored.length > streamed.length ? stored : streamed;
}
