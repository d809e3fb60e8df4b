// The queue dashboard at /admin/queues, for operators only; to all others it does not exist. What they do there is audited.
import { createBullBoard } from "@bull-board/api";
import { BullAdapter } from "@bull-board/api/bullAdapter";
import { FastifyAdapter as BoardAdapter } from "@bull-board/fastify";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { policy } from "#libs/http/index";
import type { Queues } from "#libs/queues/index";
import type { Account } from "#src/auth/actor";
import type { AuditEntry, AuditTrail } from "#src/auth/audit-trail";

/** Where the dashboard lives. */
export const DASHBOARD = "/admin/queues";

// The board needs a base element and writes style attributes; its scripts are files of its own.
const BOARD_POLICY = policy({ "base-uri": ["'self'"], "style-src": ["'self'", "'unsafe-inline'"] });

/** What the dashboard asks of the rest. */
export interface DashboardParts {
  queues: Queues;
  /** The instance operator whose credentials the request carries; null: it carries none of an operator. */
  operatorOf: (request: FastifyRequest) => Promise<Account | null>;
  audit: AuditTrail;
}

/** Longest id of a job that goes into the audit log; more is no id of ours. */
const MOST_ID = 80;

/**
 * Adds the dashboard. Nest's guards do not see its routes; the hook belongs to the same Fastify scope as they do, so it runs
 * for whatever spelling of an address the router takes for one of them, and for nothing else. What an operator does to a queue
 * is recorded before it is done: an act that cannot be recorded does not happen.
 */
export async function addQueueDashboard(
  fastify: FastifyInstance,
  { queues, operatorOf, audit }: DashboardParts,
): Promise<void> {
  const board = new BoardAdapter();
  board.setBasePath(DASHBOARD);
  createBullBoard({
    queues: [...queues.all().values()].map((queue) => new BullAdapter(queue)),
    // @bull-board/fastify brings its own copy of the API's types; both sides pass plain data only.
    serverAdapter: board as unknown as Parameters<typeof createBullBoard>[0]["serverAdapter"],
    options: { uiConfig: { boardTitle: "Parley queues" } },
  });
  await fastify.register(async (scope) => {
    const operators = new WeakMap<FastifyRequest, Account>();
    scope.addHook("onRequest", async (request, reply) => {
      const operator = await operatorOf(request);
      if (!operator) {
        // The same answer as for any address that does not exist.
        reply.callNotFound();
        return reply;
      }
      operators.set(request, operator);
      reply.header("content-security-policy", BOARD_POLICY).header("cache-control", "no-store");
    });
    scope.addHook("preHandler", async (request) => {
      if (READS.has(request.method)) return;
      await audit.record(actOf(request, operators.get(request)!));
    });
    await scope.register(board.registerPlugin(), { prefix: DASHBOARD });
  });
}

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/** The act of a request: which one (its route, without the queue's and the job's name), on which queue and job. */
function actOf({ method, routeOptions, params }: FastifyRequest, actor: Account): AuditEntry {
  const { queueName = "all", jobId, queueStatus } = params as Record<string, string | undefined>;
  const route = (routeOptions.url ?? "").slice(`${DASHBOARD}/api/queues/`.length);
  return {
    action: "queue.acted",
    workspaceId: null,
    actor,
    target: { type: "queue", id: queueName.slice(0, MOST_ID) },
    facts: {
      act: `${method} ${route.replace(/:queueName\/?/, "")}`,
      ...(queueStatus !== undefined && { status: queueStatus.slice(0, MOST_ID) }),
      ...(jobId !== undefined && { job: jobId.slice(0, MOST_ID) }),
    },
  };
}
