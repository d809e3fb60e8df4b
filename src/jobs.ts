// THE registry of jobs: name → queue, payload schema, options. Producers and handlers take their types from here.

import { z } from "zod";
import { job } from "#libs/queues/index";

export const jobs = {
  /** Generate the reply of a pending message. The database decides who may (claim by epoch); repeats are harmless. */
  "chat.generate-reply": job({
    queue: "generation",
    payload: z.object({ messageId: z.uuid() }),
    options: { removeOnFail: true },
  }),
  /** Ask the provider for the cost of a call whose end was not seen. */
  "usage.reconcile-call": job({
    queue: "control",
    payload: z.object({ callId: z.uuid() }),
    options: { removeOnFail: true },
  }),
  /** Ask once more for the cost of a call that was settled a while ago. */
  "usage.recheck-call": job({
    queue: "control",
    payload: z.object({ callId: z.uuid() }),
    options: { removeOnFail: true, attempts: 5, backoff: { type: "exponential", delay: 60_000 } },
  }),
  /** Wrap every workspace's key with the first key of VAULT_KEYS. May be broken off and repeated. */
  "vault.rotate-master-key": job({
    queue: "control",
    payload: z.object({ userId: z.uuid() }),
    options: { removeOnFail: true },
  }),
  /** Send a mail of the outbox. The outbox owns retries, so a failed job need not stay. */
  "mail.send": job({
    queue: "mail",
    payload: z.object({ mailId: z.uuid() }),
    options: { removeOnFail: true },
  }),
};
