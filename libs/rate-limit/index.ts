// The door of libs/rate-limit.

export { rateHeaders, standardRateHeaders } from "./rate-headers.js";
export { RateLeases } from "./rate-leases.js";
export { RateLimitModule } from "./rate-limit.module.js";
export { type Rate, RateLimiter, type Verdict } from "./rate-limiter.js";
