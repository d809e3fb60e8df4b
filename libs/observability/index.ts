// The door of libs/observability: logs, context, metrics, health.
export { AfterAnswer } from "./after-answer.js";
export {
  clientOf,
  context,
  extendContext,
  type RequestClient,
  resumeContext,
  runWithContext,
  type WorkContext,
} from "./context.js";
export { CheckFailed, type CheckResult, HealthChecks, type Readiness } from "./health.js";
export { errorFacts, harmless, type LogField, type LogFields, type LogValue } from "./log-fields.js";
export { Logger, type LoggerOptions } from "./logger.js";
export { counter, gauge, histogram, mayReadMetrics, observeRequest, registry } from "./metrics.js";
export { NestLogger } from "./nest-logger.js";
export { ObservabilityModule } from "./observability.module.js";
export { type OperationsServerOptions, startOperationsServer } from "./operations-server.js";
export { checkWorkerSeen, startWorkerBeat } from "./worker-presence.js";
