// What the relay asks for when it missed something; chat provides it (realtime knows no chat).
import { type LiveEvent } from "./live-line.js";

export abstract class ReplaySource {
  /** The deltas of an attempt after `afterSeq`, in order and without a gap; from the log or the row. */
  abstract deltas(messageId: string, attempt: number, afterSeq: number): Promise<LiveEvent[]>;
  /** Terminal events of those of the given messages that have ended; their `seq` is that of the last delta. */
  abstract ended(messageIds: readonly string[]): Promise<LiveEvent[]>;
}
