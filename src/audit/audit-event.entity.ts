// One act in the audit log. Written once; a trigger refuses every change.
import { Column, Entity, PrimaryColumn } from "typeorm";
import { RefColumn, StringColumn, TextColumn, TimeColumn } from "#libs/database/index";

@Entity("audit_events")
export class AuditEvent {
  /** The workspace's id, or {@link INSTANCE}. */
  @PrimaryColumn({ type: "varchar", length: "36" }) chain!: string;
  /** 1, 2, 3 … within the chain, without a gap. */
  @PrimaryColumn({ type: "integer" }) seq!: number;
  @TimeColumn() at!: number;
  @StringColumn(60) action!: string;
  @RefColumn({ nullable: true }) userId!: string | null;
  @RefColumn({ nullable: true }) keyId!: string | null;
  @StringColumn(40, { nullable: true }) targetType!: string | null;
  @StringColumn(80, { nullable: true }) targetId!: string | null;
  /** JSON, exactly as it was authenticated. */
  @TextColumn({ nullable: true }) facts!: string | null;
  /** Whose key seals the detail. */
  @StringColumn(60, { nullable: true }) subject!: string | null;
  /** Base64 of the sealed personal detail. */
  @TextColumn({ nullable: true }) detail!: string | null;
  /** HMAC over the event and the mac before it, hex. */
  @Column({ type: "varchar", length: "64" }) mac!: string;
}

/** The newest event of a chain. */
@Entity("audit_heads")
export class AuditHead {
  @PrimaryColumn({ type: "varchar", length: "36" }) chain!: string;
  @Column({ type: "integer" }) seq!: number;
  @Column({ type: "varchar", length: "64" }) mac!: string;
}

/** The key of one person's detail, wrapped. Without its row the detail is gone, and the chain still holds. */
@Entity("audit_subjects")
export class AuditSubject {
  @PrimaryColumn({ type: "varchar", length: "60" }) subject!: string;
  @Column({ type: "varchar", length: "120" }) wrapped!: string;
}
