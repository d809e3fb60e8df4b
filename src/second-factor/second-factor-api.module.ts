// The second factor of accounts: behind the port of auth, and its routes.
import { Global, Module } from "@nestjs/common";
import { AuthModule } from "#src/auth/auth.module";
import { SecondFactor } from "#src/auth/second-factor";
import { SecondFactorController } from "./second-factor.controller.js";
import { SecondFactors } from "./second-factors.js";

/** Global, because auth knows the port alone. */
@Global()
@Module({
  imports: [AuthModule],
  controllers: [SecondFactorController],
  providers: [SecondFactors, { provide: SecondFactor, useExisting: SecondFactors }],
  exports: [SecondFactor],
})
export class SecondFactorApiModule {}
