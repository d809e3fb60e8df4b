// Serves the built web app: hashed assets for ever, the page itself fresh each time, and the page for every address that a browser navigates to.
import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** Addresses that belong to programs: never answered with the page. */
const NOT_PAGES = /^\/+(api|v1|health|metrics|socket\.io|assets|admin\/queues)(\/|$)/;

/**
 * Adds the routes of the web app. When it has not been built, `/` says so.
 * @param root the folder that Vite has built (dist/web)
 */
export async function addWebApp(fastify: FastifyInstance, root: string): Promise<void> {
  const built = existsSync(join(root, "index.html"));
  if (built) {
    await fastify.register(fastifyStatic, {
      root,
      wildcard: false,
      index: false,
      setHeaders: (reply, path) => {
        const hashed = path.startsWith(join(root, "assets"));
        reply.header("cache-control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
      },
    });
  }
  const page = (request: FastifyRequest, reply: FastifyReply) => {
    if (!isNavigation(request)) return reply.callNotFound();
    if (!built)
      return reply
        .code(503)
        .type("text/plain; charset=utf-8")
        .send("The web app has not been built. Run: npm run build\n");
    return reply.sendFile("index.html", root);
  };
  // "/" is the page for every client, also for those that do not say what they accept.
  fastify.get("/", built ? (_request, reply) => reply.sendFile("index.html", root) : page);
  fastify.get("/*", page);
}

/** Does a browser (or a person with one) ask for a page here? */
function isNavigation(request: FastifyRequest): boolean {
  const path = request.url.split("?", 1)[0] ?? "/";
  // The decoded path decides too: %61pi is api.
  if (NOT_PAGES.test(path) || NOT_PAGES.test(decoded(path))) return false;
  // A name with an extension is a file that is not there, not a page.
  if (/\.[A-Za-z0-9]{1,8}$/.test(path)) return false;
  return /\btext\/html\b/i.test(request.headers.accept ?? "");
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
