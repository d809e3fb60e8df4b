// Every hour: notes the heads of all chains that have grown since.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { Anchors } from "./anchors.js";
import { type ChainHead } from "./chain.js";

const EVERY_MS = 3_600_000;
/** The first time after a start, ms: what was added before a crash is not left open for an hour. */
const FIRST_MS = 30_000;

@Injectable()
export class AnchorHeads implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly noted = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly db: Database,
    private readonly anchors: Anchors,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.plan(FIRST_MS);
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
  }

  /** Notes what has grown since this process noted it last. @returns how many heads */
  async execute(): Promise<number> {
    const heads = await this.db.query<ChainHead & { chain: string }>(
      "SELECT chain, seq, mac FROM audit_heads WHERE seq > 0",
    );
    const grown = heads.filter(({ chain, seq }) => seq > (this.noted.get(chain) ?? 0));
    await this.anchors.note(grown);
    for (const { chain, seq } of grown) this.noted.set(chain, seq);
    return grown.length;
  }

  private plan(ms: number): void {
    this.timer = setTimeout(() => {
      this.execute()
        .catch((error: unknown) => this.logger.error("audit_anchor_failed", { error }))
        .finally(() => this.plan(EVERY_MS));
    }, ms);
    this.timer.unref();
  }
}
