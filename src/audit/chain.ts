// The chain: each event's HMAC covers the event and the HMAC before it (as in RFC 5848 and Schneier/Kelsey's secure audit logs).
import { createHmac, timingSafeEqual } from "node:crypto";
import { type AuditEvent } from "./audit-event.entity.js";

/** The chain of what belongs to no workspace. */
export const INSTANCE = "instance";

/** What stands before the first event of a chain. */
export const GENESIS = "0".repeat(64);

/** An event without its mac. */
export type UnsealedEvent = Omit<AuditEvent, "mac">;

/** The event's members in a fixed order, as text that no two different events share. */
function canonical(event: UnsealedEvent): string {
  const { chain, seq, at, action, userId, keyId, targetType, targetId, facts, subject, detail } = event;
  return JSON.stringify([1, chain, seq, at, action, userId, keyId, targetType, targetId, facts, subject, detail]);
}

/** @param before the mac of the event before, or {@link GENESIS}. @returns 32 bytes, hex */
export function macOf(key: Buffer, before: string, event: UnsealedEvent): string {
  return createHmac("sha256", key).update(before).update("\n").update(canonical(event)).digest("hex");
}

/** Compares two macs without telling by time how far they agree. */
export function sameMac(one: string, two: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(two)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** What is wrong at an event. */
export type FaultKind = "missing" | "changed" | "truncated" | "head" | "anchor";

/** The first event at which a chain does not hold. */
export interface ChainFault {
  seq: number;
  kind: FaultKind;
}

/** The newest event of a chain as it was at some time. */
export interface ChainHead {
  seq: number;
  mac: string;
}

/** Walks along a chain in order of seq, and stops at the first fault. */
export class ChainWalk {
  private seq = 0;
  private mac = GENESIS;
  private readonly anchors: Map<number, string>;

  /** @param anchors heads that were noted outside of the database */
  constructor(
    private readonly key: Buffer,
    anchors: readonly ChainHead[] = [],
  ) {
    this.anchors = new Map(anchors.map(({ seq, mac }) => [seq, mac]));
  }

  /** How far the chain holds. */
  get position(): ChainHead {
    return { seq: this.seq, mac: this.mac };
  }

  step(event: AuditEvent): ChainFault | undefined {
    const expected = this.seq + 1;
    if (event.seq !== expected) return { seq: expected, kind: "missing" };
    const mac = macOf(this.key, this.mac, event);
    if (!sameMac(mac, event.mac)) return { seq: expected, kind: "changed" };
    const anchored = this.anchors.get(expected);
    if (anchored !== undefined && !sameMac(anchored, mac)) return { seq: expected, kind: "anchor" };
    this.seq = expected;
    this.mac = mac;
    return undefined;
  }

  /** @param head what the database names as the newest event; undefined: no such row */
  end(head: ChainHead | undefined): ChainFault | undefined {
    const anchored = Math.max(0, ...this.anchors.keys());
    if (anchored > this.seq || (head?.seq ?? 0) > this.seq) return { seq: this.seq + 1, kind: "truncated" };
    if (this.seq === 0) return undefined;
    if (head?.seq !== this.seq || !sameMac(head.mac, this.mac)) return { seq: this.seq, kind: "head" };
    return undefined;
  }
}
