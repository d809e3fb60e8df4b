// The ledger of provider calls.
import { Module } from "@nestjs/common";
import { CallSettlement } from "./call-settlement.js";
import { ProviderCallsRepository } from "./provider-calls.repository.js";

@Module({ providers: [ProviderCallsRepository, CallSettlement], exports: [ProviderCallsRepository, CallSettlement] })
export class UsageModule {}
