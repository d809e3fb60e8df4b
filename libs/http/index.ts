// The door of libs/http: what every REST route shares.
export { bearerToken } from "./bearer.js";
export {
  BoolField,
  DateTimeField,
  EnumField,
  type FieldOptions,
  field,
  IntField,
  JsonField,
  ListField,
  type ListOptions,
  MoneyField,
  NumberField,
  ObjectField,
  TextField,
  UuidField,
} from "./fields.js";
export { IdParam } from "./id-param.js";
export { honourIdempotencyKeys } from "./idempotency/honour-idempotency.js";
export { IdempotencyInterceptor } from "./idempotency/idempotency.interceptor.js";
export { IdempotencyStore } from "./idempotency/idempotency.store.js";
export { InputPipe, parseInput } from "./input.pipe.js";
export { isoTime } from "./iso-time.js";
export { jsonFault, MAX_JSON_DEPTH, MAX_JSON_ITEMS } from "./json-limits.js";
export { decodeCursor, encodeCursor, type Page, PageQuery, pageOf, toPage } from "./page.js";
export { API, WORKSPACE } from "./paths.js";
export { logProblem, ProblemFilter, pathOf, sendProblem } from "./problem.filter.js";
export { ApiProblem, FieldErrorView, ProblemView } from "./problem.view.js";
export { IS_PUBLIC, PUBLIC_EXTENSION, Public } from "./public.js";
export { addRequestHooks, type RequestHookOptions } from "./request-hooks.js";
export { requestIdOf } from "./request-id.js";
export { bool, dateTime, int, json, money, number, oneOf, type Rule, text, uuid } from "./rules.js";
export { assertSameOrigin, type OriginVerdict, originVerdict, SESSION_COOKIES } from "./same-origin.js";
export { DATA_POLICY, policy, STYLE_HASHES, securityHeaders, WEB_POLICY } from "./security-headers.js";
