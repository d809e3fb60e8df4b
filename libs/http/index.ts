// The door of libs/http: what every REST route shares, without its DTOs: the worker and the command line come here, too.
export { bearerToken } from "./bearer.js";
export { honourIdempotencyKeys } from "./idempotency/honour-idempotency.js";
export { IdempotencyInterceptor } from "./idempotency/idempotency.interceptor.js";
export { IdempotencyStore } from "./idempotency/idempotency.store.js";
export { isoTime } from "./iso-time.js";
export { API, WORKSPACE } from "./paths.js";
export { logProblem, ProblemFilter, pathOf, sendProblem } from "./problem.filter.js";
export { addRequestHooks, type RequestHookOptions } from "./request-hooks.js";
export { requestIdOf } from "./request-id.js";
export { assertSameOrigin, type OriginVerdict, originVerdict, SESSION_COOKIES } from "./same-origin.js";
export { DATA_POLICY, policy, STYLE_HASHES, securityHeaders, WEB_POLICY } from "./security-headers.js";
