// What the ledger tells features that it knows, through their ports.
import { Global, Module } from "@nestjs/common";
import { KeySpending } from "#src/vault/key-spending";
import { LedgerKeySpending } from "./ledger-key-spending.js";

/** Global, because the vault knows the port alone. */
@Global()
@Module({
  providers: [{ provide: KeySpending, useClass: LedgerKeySpending }],
  exports: [KeySpending],
})
export class UsageApiModule {}
