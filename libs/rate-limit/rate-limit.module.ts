// Provides the rate limiters.
import { Global, Module } from "@nestjs/common";
import { RateLeases } from "./rate-leases.js";
import { RateLimiter } from "./rate-limiter.js";

@Global()
@Module({ providers: [RateLeases, RateLimiter], exports: [RateLeases, RateLimiter] })
export class RateLimitModule {}
