// The human page of the API at /api/docs: Swagger UI from our own files, under a policy of its own.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { policy } from "#libs/http/index";

const PREFIX = "/api/docs";
const ASSETS = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];

// Swagger UI writes style attributes and shows its icons as data: images; scripts stay ours alone.
const DOCS_POLICY = policy({ "style-src": ["'self'", "'unsafe-inline'"] });

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley API</title>
<link rel="icon" type="image/png" href="${PREFIX}/favicon-32x32.png">
<link rel="stylesheet" href="${PREFIX}/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<noscript>The document itself is at <a href="/api/openapi.json">/api/openapi.json</a>.</noscript>
<script src="${PREFIX}/swagger-ui-bundle.js"></script>
<script src="${PREFIX}/start.js"></script>
</body>
</html>
`;

const START = `window.ui = SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "none",
  persistAuthorization: false,
  validatorUrl: null,
});
`;

/**
 * Adds `GET /api/openapi.json` and `GET /api/docs`.
 * @param documentText makes the document's JSON text; called once, on first use
 */
export async function addDocs(fastify: FastifyInstance, documentText: () => string): Promise<void> {
  let text: string | undefined;
  fastify.get("/api/openapi.json", (_request, reply) => {
    text ??= documentText();
    return reply.type("application/json; charset=utf-8").header("cache-control", "no-cache").send(text);
  });
  // The copy that @nestjs/swagger brings along.
  const swagger = createRequire(import.meta.url).resolve("@nestjs/swagger");
  const root = dirname(createRequire(swagger).resolve("swagger-ui-dist/package.json"));
  await fastify.register(async (scope) => {
    scope.addHook("onRequest", async (_request, reply) => {
      reply.header("content-security-policy", DOCS_POLICY).header("cache-control", "no-cache");
    });
    await scope.register(fastifyStatic, { root, serve: false, decorateReply: !scope.hasReplyDecorator("sendFile") });
    scope.get(PREFIX, (_request, reply) => reply.type("text/html; charset=utf-8").send(PAGE));
    scope.get(`${PREFIX}/start.js`, (_request, reply) => reply.type("text/javascript; charset=utf-8").send(START));
    for (const name of ASSETS) {
      scope.get(`${PREFIX}/${name}`, (_request, reply) => reply.sendFile(name, root, { cacheControl: false }));
    }
  });
}
