// Platform keys over REST; checking them is a part of auth.
import { Module } from "@nestjs/common";
import { AuthModule } from "#src/auth/auth.module";
import { UsageModule } from "#src/usage/usage.module";
import { ApiKeysController } from "./api-keys.controller.js";
import { ApiKeysService } from "./api-keys.service.js";

@Module({ imports: [AuthModule, UsageModule], controllers: [ApiKeysController], providers: [ApiKeysService] })
export class ApiKeysApiModule {}
