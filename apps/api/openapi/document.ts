// Builds the OpenAPI 3.1 document out of the controllers.
import type { INestApplication } from "@nestjs/common";
import { DocumentBuilder, SwaggerModule } from "@nestjs/swagger";
import { FieldErrorView, ProblemView } from "#libs/dto/index";
import { isJson, type Json, toSchema31 } from "./json-schema.js";
import { completeOperations } from "./operations.js";
import { socketEvents, socketModels } from "./socket-events.js";

/** An OpenAPI 3.1 document (spec.openapis.org/oas/v3.1.1). */
export interface OpenApiDocument {
  openapi: string;
  info: Json;
  paths: Json;
  components: { schemas: Json } & Json;
  [key: string]: unknown;
}

const DESCRIPTION = `The REST API of Parley and its OpenAI-compatible gateway.

Sign in for a session cookie, or send \`Authorization: Bearer pk_…\`. Ids are UUIDv7, times ISO 8601 in UTC, money decimal text in USD.
Lists are pages: give \`nextCursor\` as \`cursor\` to read on. Errors are \`application/problem+json\` (RFC 9457) with a stable \`code\`.
Any POST may carry an \`Idempotency-Key\`: its answer is given again for 24 hours, whatever is retried.

Live events come over Socket.IO: \`x-socket-events\` of this document names every event and its payload's schema.`;

/** @param version the release, for \`info.version\` */
export function buildDocument(app: INestApplication, version: string): OpenApiDocument {
  const base = new DocumentBuilder()
    .setTitle("Parley")
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .setOpenAPIVersion("3.1.0")
    .addCookieAuth("parley_session", { type: "apiKey", in: "cookie", name: "parley_session" }, "session")
    .addBearerAuth({ type: "http", scheme: "bearer", description: "A platform key, `pk_…`." }, "platformKey")
    .build();
  const raw = SwaggerModule.createDocument(app, base, {
    extraModels: [ProblemView, FieldErrorView, ...socketModels()],
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, "")}.${method}`,
  });
  const document = toSchema31(structuredClone(raw)) as OpenApiDocument;
  completeOperations(document.paths);
  document["security"] = [{ session: [] }, { platformKey: [] }];
  document["servers"] = [{ url: "/" }];
  document["x-socket-events"] = socketEvents();
  addShared(document);
  document.paths = sorted(document.paths);
  document.components.schemas = sorted(document.components.schemas);
  return document;
}

function addShared(document: OpenApiDocument): void {
  const { components } = document;
  components["headers"] = {
    RequestId: {
      description: "The id of this request, for the operator and in every log line.",
      schema: { type: "string" },
    },
  };
  components["parameters"] = {
    IdempotencyKey: {
      name: "Idempotency-Key",
      in: "header",
      required: false,
      description:
        "Any text of your own, new for each intent. A repeat with the same key and body gets the first answer.",
      schema: { type: "string", minLength: 1, maxLength: 255 },
    },
  };
  components.schemas["GatewayError"] ??= {
    type: "object",
    description: "An error as OpenAI-compatible clients read it.",
    required: ["error"],
    properties: {
      error: {
        type: "object",
        required: ["message", "type", "code", "param"],
        properties: {
          message: { type: "string" },
          type: { type: "string" },
          code: { type: "integer", description: "The HTTP status." },
          param: { type: ["string", "null"] },
          metadata: { type: "object", additionalProperties: true },
        },
      },
    },
  };
}

function sorted(value: Json): Json {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Schemas that say nothing: an object without properties, or no type at all. A class whose fields lost their decorators makes one. */
export function emptySchemas(document: OpenApiDocument): string[] {
  return Object.entries(document.components.schemas)
    .filter(([, schema]) => {
      if (!isJson(schema) || Object.keys(schema).length === 0) return true;
      const bare = schema["type"] === "object" && schema["additionalProperties"] === undefined;
      return bare && Object.keys((schema["properties"] as Json | undefined) ?? {}).length === 0;
    })
    .map(([name]) => name);
}
