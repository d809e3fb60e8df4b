// The queue dashboard at /admin/queues, for operators only; to all others it does not exist.
import { createBullBoard } from "@bull-board/api";
import { BullAdapter } from "@bull-board/api/bullAdapter";
import { FastifyAdapter as BoardAdapter } from "@bull-board/fastify";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { policy } from "#libs/http/index";
import type { Queues } from "#libs/queues/index";

/** Where the dashboard lives. */
export const DASHBOARD = "/admin/queues";

// The board needs a base element and writes style attributes; its scripts are files of its own.
const BOARD_POLICY = policy({ "base-uri": ["'self'"], "style-src": ["'self'", "'unsafe-inline'"] });

/**
 * Adds the dashboard. Nest's guards do not see its routes; the hook belongs to the same Fastify scope as they do, so it runs
 * for whatever spelling of an address the router takes for one of them, and for nothing else.
 * @param isOperator whether the request carries the credentials of an instance operator
 */
export async function addQueueDashboard(
  fastify: FastifyInstance,
  queues: Queues,
  isOperator: (request: FastifyRequest) => Promise<boolean>,
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
    scope.addHook("onRequest", async (request, reply) => {
      if (!(await isOperator(request))) {
        // The same answer as for any address that does not exist.
        reply.callNotFound();
        return reply;
      }
      reply.header("content-security-policy", BOARD_POLICY).header("cache-control", "no-store");
    });
    await scope.register(board.registerPlugin(), { prefix: DASHBOARD });
  });
}
