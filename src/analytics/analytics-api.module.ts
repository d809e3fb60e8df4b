// Reports over REST.

import { Module } from "@nestjs/common";
import { UsageModule } from "#src/usage/usage.module";
import { AnalyticsController } from "./analytics.controller.js";

@Module({ imports: [UsageModule], controllers: [AnalyticsController] })
export class AnalyticsApiModule {}
