// A generation that this worker is running: what came in so far, cut into deltas.
import { type DeltaEvent as ProviderDelta, ReasoningDetailAssembler, ToolCallAssembler } from "#libs/openrouter/index";
import { type LiveEvent } from "#src/realtime/live-line";
import { DeltaCuts, type DeltaParts } from "./delta-cuts.js";
import { deltaEvent, deltaJson } from "./delta-event.js";
import { type Generation } from "./generation.entity.js";
import { type Claim, LEASE_MS } from "./generations.repository.js";
import { type Message } from "./message.entity.js";

/** Writes stop this long before the lease ends, ms: enough for a round trip to Redis. */
const LEASE_MARGIN_MS = 500;

/** Why a generation was aborted. `lost`: another worker may have it, so nothing may be written any more. */
export type AbortReason = "stop" | "lost" | "shutdown";

export class LiveGeneration {
  readonly claim: Claim;
  readonly attempt: number;
  readonly place: { workspaceId: string; conversationId: string; messageId: string };
  /** Epoch ms of acceptance. */
  readonly acceptedAt: number;
  private readonly controller = new AbortController();
  private readonly tools = new ToolCallAssembler();
  private readonly details = new ReasoningDetailAssembler();
  private readonly cuts = new DeltaCuts();
  private readonly annotations: unknown[] = [];
  private readonly events: LiveEvent[] = [];
  private content = "";
  private reasoning = "";
  private pending: DeltaParts = {};
  private sent = 0;
  private leaseEnds = performance.now() + LEASE_MS - LEASE_MARGIN_MS;
  private aborted: AbortReason | null = null;
  /** True once the provider sent output. */
  hasOutput = false;
  /** From acceptance to the first output, ms. */
  firstTokenMs: number | null = null;
  /** Something came in since the last checkpoint. */
  dirty = false;
  /** Its end is being written. */
  finishing = false;
  /** The terminal event, once the end is committed. */
  ended: LiveEvent | null = null;

  /** @param kept text that the answer goes on from; it is part of the first delta */
  constructor(generation: Generation, kept: string) {
    const { messageId, epoch, attempt, workspaceId, conversationId } = generation;
    this.claim = { messageId, epoch };
    this.attempt = attempt;
    this.place = { workspaceId, conversationId, messageId };
    this.acceptedAt = generation.createdAt;
    if (kept !== "") this.pending = { text: kept };
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get abortReason(): AbortReason | null {
    return this.aborted;
  }

  /** The first reason counts, except that a lost lease is always the last word. */
  abort(reason: AbortReason): void {
    if (this.aborted === null || reason === "lost") this.aborted = reason;
    this.controller.abort();
  }

  /** The lease was renewed by a transaction that began at `startedAt` (performance.now). */
  leaseRenewed(startedAt: number): void {
    this.leaseEnds = startedAt + LEASE_MS - LEASE_MARGIN_MS;
  }

  /** False once another worker may have taken over; a process that was frozen sees it before it writes. */
  get holdsLease(): boolean {
    return this.aborted !== "lost" && performance.now() < this.leaseEnds;
  }

  /** Takes output of the provider. */
  add(delta: ProviderDelta): void {
    const { pending } = this;
    const text = (delta.text ?? "") + (delta.refusal ?? "");
    if (text !== "") pending.text = (pending.text ?? "") + text;
    if (delta.reasoning) pending.reasoning = (pending.reasoning ?? "") + delta.reasoning;
    if (delta.reasoningDetails) this.details.add(delta.reasoningDetails);
    if (delta.toolCalls?.length) {
      this.tools.add(delta.toolCalls);
      pending.toolCalls = [...(pending.toolCalls ?? []), ...delta.toolCalls];
    }
    const notes = [...(delta.annotations ?? []), ...(delta.images ?? [])];
    if (notes.length > 0) {
      this.annotations.push(...notes);
      pending.annotations = [...(pending.annotations ?? []), ...notes];
    }
    // Kept text may be pending, too: only what the provider sent just now is output.
    if (text === "" && !delta.reasoning && !delta.toolCalls?.length && notes.length === 0) return;
    this.hasOutput = true;
    this.firstTokenMs ??= Date.now() - this.acceptedAt;
  }

  get hasPending(): boolean {
    return Object.keys(this.pending).length > 0;
  }

  /** Makes one delta of what is pending. */
  cut(): void {
    if (!this.hasPending) return;
    const parts = this.pending;
    this.pending = {};
    this.content += parts.text ?? "";
    this.reasoning += parts.reasoning ?? "";
    this.cuts.add(parts);
    const seq = this.events.length + 1;
    const { messageId } = this.place;
    this.events.push(
      deltaEvent(this.place, { attempt: this.attempt, seq }, deltaJson(messageId, this.attempt, seq, parts)),
    );
    this.dirty = true;
  }

  /** Deltas that Redis has not got yet. */
  get unsent(): LiveEvent[] {
    return this.events.slice(this.sent);
  }

  get all(): readonly LiveEvent[] {
    return this.events;
  }

  markSent(seq: number): void {
    this.sent = Math.max(this.sent, seq);
  }

  /** What the row holds of it: exactly the deltas that were cut. */
  get snapshot(): Pick<
    Message,
    "content" | "reasoning" | "reasoningDetails" | "toolCalls" | "annotations" | "streamCuts"
  > {
    const calls = this.tools.calls();
    const details = this.details.all();
    return {
      content: this.content,
      reasoning: this.reasoning || null,
      reasoningDetails: details.length > 0 ? [...details] : null,
      toolCalls: calls.length > 0 ? (calls as Message["toolCalls"]) : null,
      annotations: this.annotations.length > 0 ? this.annotations : null,
      streamCuts: this.cuts.toString(),
    };
  }
}
