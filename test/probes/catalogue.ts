// What can be probed: every route that the running API answers, and every id that goes in by one, each with its kind.
import type { NestFastifyApplication } from "@nestjs/platform-fastify";
import type { FastifyInstance } from "fastify";
import type { OpenApiDocument } from "../../apps/api/openapi/document.js";

/** What an id names. */
export const KINDS = [
  "workspace",
  "conversation",
  "message",
  "user",
  "apiKey",
  "providerKey",
  "invite",
  "session",
  "identity",
  "passkey",
  "gatewayLog",
] as const;
export type Kind = (typeof KINDS)[number];
export type Ids = Record<Kind, string>;

/** One id that goes in by a route or an event. */
export interface IdField {
  /** Of a field deeper in a body: its way there, "budgets.0.subjectId". */
  name: string;
  in: "path" | "query" | "body";
  kind: Kind;
}

/** A route of the API's document. */
export interface Route {
  /** "PATCH /api/v1/workspaces/{ws}". */
  name: string;
  method: string;
  path: string;
  isPublic: boolean;
  /** What the route says it is: an action of the policies or "operator"; undefined outside of workspaces. */
  action: string | undefined;
  hasBody: boolean;
  fields: IdField[];
}

/** Collection → what an id behind it names. */
const COLLECTIONS: Record<string, Kind> = {
  workspaces: "workspace",
  conversations: "conversation",
  messages: "message",
  members: "user",
  accounts: "user",
  "api-keys": "apiKey",
  keys: "providerKey",
  invites: "invite",
  sessions: "session",
  identities: "identity",
  passkeys: "passkey",
  logs: "gatewayLog",
};

/** Name of a field → what its id names. */
const FIELDS: Record<string, Kind> = {
  workspaceId: "workspace",
  conversationId: "conversation",
  targetId: "conversation",
  messageId: "message",
  parentId: "message",
  activeLeafId: "message",
  userId: "user",
  subjectId: "user",
  apiKeyId: "apiKey",
  providerKeyId: "providerKey",
};

/** What stands in a path and is no id → what a probe puts there. */
export const TEXTS: Record<string, string> = { model: "sim%2Fplain" };

/** Ids that name nothing of Parley's yet, or are the caller's own words. */
const NO_IDS = new Set(["clientMessageId", "folderId"]);

/** What is read of a JSON schema. */
export interface Schema {
  $ref?: string;
  format?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
}
export type Schemas = Record<string, Schema>;
interface Operation {
  security?: unknown[];
  "x-action"?: string;
  parameters?: { name?: string; in?: string; schema?: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

/** @throws Error naming the id of which nobody has said what it names */
export function kindOf(where: string, field: string): Kind {
  const kind = FIELDS[field];
  if (!kind)
    throw new Error(`${where} takes the id "${field}": say in test/probes/catalogue.ts what it names (FIELDS).`);
  return kind;
}

/**
 * The fields of a schema, however deep, that hold ids: by their format or their name.
 * @param schemas where references lead
 * @param way where the schema itself is, "" or "budgets.0."
 */
export function idsOf(where: string, schema: Schema, place: IdField["in"], schemas: Schemas = {}, way = ""): IdField[] {
  const inner = schema.$ref ? schemas[schema.$ref.split("/").at(-1)!]! : schema;
  const own = Object.entries(inner.properties ?? {}).flatMap(([name, field]) => {
    if (NO_IDS.has(name)) return [];
    const isId = field.format === "uuid" || /Ids?$/.test(name);
    if (isId) return [{ name: way + name, in: place, kind: kindOf(where, name) }];
    return idsOf(where, field, place, schemas, `${way}${name}.`);
  });
  const listed = inner.items ? idsOf(where, inner.items, place, schemas, `${way}0.`) : [];
  const either = [...(inner.anyOf ?? []), ...(inner.oneOf ?? [])].flatMap((one) =>
    idsOf(where, one, place, schemas, way),
  );
  return [...own, ...listed, ...either];
}

/** Every route of the document. */
export function routesOf({ paths, components }: OpenApiDocument): Route[] {
  return Object.entries(paths as Record<string, Record<string, Operation>>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): Route => {
      const name = `${method.toUpperCase()} ${path}`;
      const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
      const query = (operation.parameters ?? []).filter((parameter) => parameter.in === "query");
      return {
        name,
        method: method.toUpperCase(),
        path,
        isPublic: operation.security?.length === 0,
        action: operation["x-action"],
        hasBody: body !== undefined,
        fields: [
          ...pathIds(name, path),
          ...idsOf(
            name,
            { properties: Object.fromEntries(query.map((one) => [one.name!, one.schema ?? {}])) },
            "query",
          ),
          ...idsOf(name, body ?? {}, "body", components.schemas as Schemas),
        ],
      };
    }),
  );
}

function pathIds(where: string, path: string): IdField[] {
  const params = [...path.matchAll(/\/([^/]+)\/\{(\w+)\}/g)].filter(([, , name]) => TEXTS[name!] === undefined);
  return params.map(([, collection, name]) => {
    const kind = COLLECTIONS[collection!];
    if (!kind)
      throw new Error(
        `${where}: say in test/probes/catalogue.ts what an id behind "${collection}" names (COLLECTIONS), or what stands there instead (TEXTS).`,
      );
    return { name: name!, in: "path", kind };
  });
}

/** Every route of the router itself, "GET /v1/models/*"; the routes of plugins, too, which no document knows. */
export function routerTable(app: NestFastifyApplication): string[] {
  const drawn = (app.getHttpAdapter().getInstance() as unknown as FastifyInstance).printRoutes({ commonPrefix: false });
  const parts: string[] = [];
  return drawn.split("\n").flatMap((line) => {
    const found = /^((?:│ {3}| {4})*)[├└]── (.*?) \(([A-Z, ]+)\)$/.exec(line);
    if (!found) {
      if (line.trim() !== "") throw new Error(`The router draws a line that is not understood: ${line}`);
      return [];
    }
    const depth = found[1]!.length / 4;
    parts.length = depth;
    parts.push(found[2]!);
    const path = parts
      .join("")
      .replaceAll("//", "/")
      .replaceAll(/:(\w+)/g, "{$1}");
    return found[3]!.split(", ").map((method) => `${method} ${path}`);
  });
}
