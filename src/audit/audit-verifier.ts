// Walks a whole chain and names the first event at which it does not hold.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { InstanceSecrets } from "#libs/secrets/index";
import { Anchors } from "./anchors.js";
import { AuditEvent } from "./audit-event.entity.js";
import { type ChainFault, type ChainHead, ChainWalk } from "./chain.js";

/** Events read at once: a chain may be longer than memory. */
const BATCH = 1_000;

/** What a verification found. */
export interface Verification {
  chain: string;
  /** How far the chain holds. */
  head: ChainHead;
  /** Heads noted outside of the database that it was held against. */
  anchors: number;
  /** Lines of the files of anchors that this instance did not write, or that were broken off; of all chains. */
  damagedAnchors: string[];
  fault: ChainFault | null;
}

@Injectable()
export class AuditVerifier {
  constructor(
    private readonly db: Database,
    private readonly secrets: InstanceSecrets,
    private readonly anchors: Anchors,
  ) {}

  /** @param chain a workspace's id, or `instance` */
  async verify(chain: string): Promise<Verification> {
    const key = await this.secrets.subkey("audit/1");
    const { heads: anchors, damaged } = await this.anchors.of(chain);
    // Read before the events: what is added meanwhile is beyond it, and not asked for.
    const head = await this.headOf(chain);
    const walk = new ChainWalk(key, anchors);
    const fault = (await this.walk(chain, walk, head)) ?? walk.end(head);
    return { chain, head: walk.position, anchors: anchors.length, damagedAnchors: damaged, fault: fault ?? null };
  }

  /** Every chain there is, also of workspaces that are gone. */
  async chains(): Promise<string[]> {
    const sql = "SELECT chain FROM audit_heads UNION SELECT DISTINCT chain FROM audit_events ORDER BY chain";
    const rows = await this.db.query<{ chain: string }>(sql);
    return [...new Set([...rows.map(({ chain }) => chain), ...(await this.anchors.chains())])];
  }

  async headOf(chain: string): Promise<ChainHead | undefined> {
    return this.db.one("SELECT seq, mac FROM audit_heads WHERE chain = ?", [chain]);
  }

  private async walk(chain: string, walk: ChainWalk, head: ChainHead | undefined): Promise<ChainFault | undefined> {
    for (;;) {
      const { seq } = walk.position;
      const where = "WHERE chain = ? AND seq > ? ORDER BY seq LIMIT ?";
      const events = await this.db.select(AuditEvent, where, [chain, seq, BATCH]);
      for (const event of events) {
        if (event.seq > (head?.seq ?? 0) && walk.position.seq === head?.seq) return undefined;
        const fault = walk.step(event);
        if (fault) return fault;
      }
      if (events.length < BATCH) return undefined;
    }
  }
}
