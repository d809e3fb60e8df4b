// The door of libs/queues; the only importer of Bull.
export { type JobDefinition, type JobRegistry, job, type PayloadOf, queuesOf } from "./job.js";
export { Handles, type JobHandler, Queues } from "./queues.js";
export { QueuesModule } from "./queues.module.js";
export { STALLED_SETTINGS } from "./settings.js";
