// Calls of the gateway whose process died: their cost is asked for as that of any interrupted call.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { Logger } from "#libs/observability/index";
import { Rounds } from "#libs/rounds/index";
import { ProviderCallsRepository } from "#src/usage/provider-calls.repository";
import { DEAD_AFTER_MS, GatewayProcessesRepository } from "./gateway-processes.repository.js";

const LOOK_MS = 2_000;
/** Most calls of one look; the rest waits for the next. */
const AT_ONCE = 200;

@Injectable()
export class AdoptOrphans implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rounds = new Rounds(
    () => this.look(),
    LOOK_MS,
    (error) => this.logger.warn("gateway_orphans_failed", { error }),
  );

  constructor(
    private readonly processes: GatewayProcessesRepository,
    private readonly calls: ProviderCallsRepository,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onApplicationShutdown(): void {
    this.rounds.stop();
  }

  /** Looks once. @returns how many calls were adopted */
  async look(): Promise<number> {
    const orphans = await this.calls.orphans(Date.now() - DEAD_AFTER_MS, AT_ONCE);
    if (orphans.length === 0) return 0;
    await this.calls.abandon(orphans.map(({ id }) => id));
    await this.processes.bury();
    this.logger.info("gateway_orphans_adopted", { count: orphans.length });
    return orphans.length;
  }
}
