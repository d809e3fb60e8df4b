// Reports over REST.
import { UsageModule } from "#src/usage/usage.module";
import { Module } from "@nestjs/common";
import { AnalyticsController } from "./analytics.controller.js";

@Module({ imports: [UsageModule], controllers: [AnalyticsController] })
export class AnalyticsApiModule {}
