// Passkeys: their routes and what is behind them.
import { Module } from "@nestjs/common";
import { AuthModule } from "#src/auth/auth.module";
import { Challenges } from "./challenges.js";
import { PasskeySignIn } from "./passkey-sign-in.js";
import { PasskeysController } from "./passkeys.controller.js";
import { Passkeys } from "./passkeys.js";

@Module({
  imports: [AuthModule],
  controllers: [PasskeysController],
  providers: [Challenges, Passkeys, PasskeySignIn],
})
export class PasskeysApiModule {}
