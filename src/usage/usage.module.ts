// The ledger of provider calls.
import { Module } from "@nestjs/common";
import { CallSettlement } from "./call-settlement.js";
import { GenerationNotes } from "./generation-notes.js";
import { ProviderCallsRepository } from "./provider-calls.repository.js";

const PROVIDERS = [ProviderCallsRepository, CallSettlement, GenerationNotes];

@Module({ providers: PROVIDERS, exports: PROVIDERS })
export class UsageModule {}
