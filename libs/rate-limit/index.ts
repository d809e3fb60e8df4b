// The door of libs/rate-limit.

export { rateHeaders } from "./rate-headers.js";
export { RateLimitModule } from "./rate-limit.module.js";
export { type Rate, RateLimiter, type Verdict } from "./rate-limiter.js";
