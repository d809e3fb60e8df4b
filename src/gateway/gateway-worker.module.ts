// The gateway's side of the worker: calls that lost their process, and what is kept no longer.
import { Module } from "@nestjs/common";
import { UsageModule } from "#src/usage/usage.module";
import { AdoptOrphans } from "./adopt-orphans.js";
import { ExpireAnswers } from "./expire-answers.js";
import { ExpireLogs } from "./expire-logs.js";
import { GatewayProcessesRepository } from "./gateway-processes.repository.js";

@Module({ imports: [UsageModule], providers: [AdoptOrphans, ExpireAnswers, ExpireLogs, GatewayProcessesRepository] })
export class GatewayWorkerModule {}
