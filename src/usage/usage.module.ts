// The ledger of provider calls.
import { Module } from "@nestjs/common";
import { CallSettlement } from "./call-settlement.js";
import { CallWriter } from "./call-writer.js";
import { GenerationNotes } from "./generation-notes.js";
import { ProviderCallsRepository } from "./provider-calls.repository.js";
import { SpendingCounters } from "./spending-counters.js";

const PROVIDERS = [CallWriter, ProviderCallsRepository, CallSettlement, GenerationNotes, SpendingCounters];

@Module({ providers: PROVIDERS, exports: PROVIDERS })
export class UsageModule {}
