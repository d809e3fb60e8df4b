// The API's side of auth: routes and the global guard.
import { Module } from "@nestjs/common";
import { APP_GUARD, DiscoveryModule } from "@nestjs/core";
import { AuthController } from "./auth.controller.js";
import { AuthGuard } from "./auth.guard.js";
import { AuthModule } from "./auth.module.js";
import { EmailChangesController } from "./email-changes.controller.js";
import { PasswordResetsController } from "./password-resets.controller.js";
import { PoliciesController } from "./policies.controller.js";
import { RouteRules } from "./route-rules.js";

@Module({
  imports: [AuthModule, DiscoveryModule],
  controllers: [AuthController, EmailChangesController, PasswordResetsController, PoliciesController],
  providers: [{ provide: APP_GUARD, useClass: AuthGuard }, RouteRules],
  exports: [AuthModule],
})
export class AuthApiModule {}
