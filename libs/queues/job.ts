// How a job is declared: its queue, its payload's schema, its options. One registry types both ends.
import type { JobOptions } from "bull";
import type { z } from "zod";

/** A declared job. Payloads carry ids, never content or secrets; new fields are optional for one release. */
export interface JobDefinition<Payload = unknown> {
  queue: string;
  payload: z.ZodType<Payload>;
  options: JobOptions;
}

/** Job name → definition. The application's own registry is src/jobs.ts. */
export type JobRegistry = Record<string, JobDefinition>;

export type PayloadOf<Definition> = Definition extends JobDefinition<infer Payload> ? Payload : never;

/** Declares a job. @param options Bull's; done jobs are removed, since the database is the truth */
export function job<Payload>(definition: {
  queue: string;
  payload: z.ZodType<Payload>;
  options?: JobOptions;
}): JobDefinition<Payload> {
  return {
    queue: definition.queue,
    payload: definition.payload,
    // Failed jobs stay a while for the operator's dashboard.
    options: { removeOnComplete: true, removeOnFail: 500, ...definition.options },
  };
}

/** Queue names of a registry, each once. */
export function queuesOf(registry: JobRegistry): string[] {
  return [...new Set(Object.values(registry).map((definition) => definition.queue))];
}
