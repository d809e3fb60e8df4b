// The audit log over REST: what is asked, what is answered.
import {
  BoolField,
  DateTimeField,
  EnumField,
  IntField,
  JsonField,
  ObjectField,
  PageQuery,
  TextField,
  UuidField,
} from "#libs/dto/index";
import { AUDIT_ACTIONS, AUDIT_SUBJECTS, type AuditAction } from "#src/auth/audit-trail";
import { type ReadEvent } from "./audit-log.js";
import { type Verification } from "./audit-verifier.js";
import { type FaultKind } from "./chain.js";

const ACTIONS = Object.keys(AUDIT_ACTIONS) as AuditAction[];
const FAULTS = ["missing", "changed", "truncated", "head", "anchor"] as const satisfies readonly FaultKind[];

export class ListAuditQuery extends PageQuery {
  @EnumField(ACTIONS, { optional: true }) action?: AuditAction;
  @EnumField(AUDIT_SUBJECTS, {
    optional: true,
    description: "What it is about: the word before the dot of the action.",
  })
  about?: string;
  @UuidField({ optional: true, description: "Who did it." }) userId?: string;
  @TextField({ optional: true, max: 80, description: "What it was done to." }) targetId?: string;
  @DateTimeField({ optional: true, description: "Not before this." }) from?: string;
  @DateTimeField({ optional: true, description: "Before this." }) to?: string;
}

export class AuditEventView {
  @IntField({ description: "1, 2, 3 … without a gap." }) seq!: number;
  @DateTimeField() at!: string;
  @EnumField(ACTIONS) action!: AuditAction;
  @TextField({ description: "The action in words." }) text!: string;
  @UuidField({ nullable: true, description: "Who did it; null: nobody known, or Parley itself." }) userId!:
    | string
    | null;
  @UuidField({ nullable: true, description: "The platform key by which it was done." }) keyId!: string | null;
  @TextField({ nullable: true }) targetType!: string | null;
  @TextField({ nullable: true }) targetId!: string | null;
  @JsonField({ description: "What else is known; nothing personal." }) facts!: Record<string, unknown>;
  @JsonField({ nullable: true, description: "Names, addresses, browser; null when there is none, or it was erased." })
  personal!: Record<string, string> | null;
  @TextField({ description: "The event's seal, hex." }) mac!: string;
}

export class AuditFaultView {
  @IntField({ description: "The first event at which the chain does not hold." }) seq!: number;
  @EnumField(FAULTS, {
    description:
      "missing: a gap. changed: not what was written. truncated: the end was cut off. head: the newest event is not the one that is named as such. anchor: not the event that was noted outside of the database.",
  })
  kind!: FaultKind;
}

export class AuditVerificationView {
  @BoolField() ok!: boolean;
  @IntField({ description: "Events that hold, from the first one on." }) verified!: number;
  @TextField({ description: "The seal of the last one that holds; zeros before the first." }) head!: string;
  @IntField({ description: "Notes outside of the database that it was held against." }) anchors!: number;
  @IntField({
    description: "Notes, of all chains, that cannot be used: not written by this instance, or broken off.",
  })
  damagedAnchors!: number;
  @ObjectField(() => AuditFaultView, { nullable: true }) fault!: AuditFaultView | null;
}

export function toAuditEventView(event: ReadEvent): AuditEventView {
  const { seq, at, userId, keyId, targetType, targetId, facts, personal, mac } = event;
  const action = event.action as AuditAction;
  const text = AUDIT_ACTIONS[action] ?? action;
  return {
    seq,
    at: new Date(at).toISOString(),
    action,
    text,
    userId,
    keyId,
    targetType,
    targetId,
    facts,
    personal,
    mac,
  };
}

export function toVerificationView({ head, anchors, damagedAnchors, fault }: Verification): AuditVerificationView {
  return {
    ok: fault === null,
    verified: head.seq,
    head: head.mac,
    anchors,
    damagedAnchors: damagedAnchors.length,
    fault,
  };
}
