// Completes the operations of the document with what every route has in common and no controller should repeat.
import { PUBLIC_EXTENSION } from "#libs/dto/index";
import { isJson, type Json } from "./json-schema.js";

const METHODS = ["get", "put", "post", "patch", "delete"] as const;
const REQUEST_ID = { "x-request-id": { $ref: "#/components/headers/RequestId" } };
const PROBLEM = { "application/problem+json": { schema: { $ref: "#/components/schemas/ProblemView" } } };
const GATEWAY_ERROR = { "application/json": { schema: { $ref: "#/components/schemas/GatewayError" } } };

const COMMON: Record<number, string> = {
  400: "The request is not well-formed; `errors` names every wrong field.",
  401: "No credentials, or ones that do not hold.",
  403: "Visible, but the role or scope is too low; or a cookie-authenticated write from a foreign origin.",
  404: "Not there, or not visible to the caller.",
  409: "The first request with this Idempotency-Key is still running, or the present state does not allow it.",
  413: "The body is too large.",
  415: "The content type is not supported.",
  422: "Well-formed, but not acceptable; or an Idempotency-Key that came before with another body.",
  429: "Too many requests; see `Retry-After`.",
  500: "A fault of the server.",
  503: "A part of the service is down; see `Retry-After`.",
  507: "No storage space left.",
};

/** Adds headers, security and the problem responses to every operation, in place. */
export function completeOperations(paths: Json): void {
  for (const [path, item] of Object.entries(paths)) {
    if (!isJson(item)) continue;
    for (const method of METHODS) {
      const operation = item[method];
      if (!isJson(operation)) continue;
      operation["summary"] ||= titleOf(String(operation["operationId"] ?? ""));
      completeOperation(operation, path, method);
    }
  }
}

function completeOperation(operation: Json, path: string, method: string): void {
  const open = operation[PUBLIC_EXTENSION] === true;
  delete operation[PUBLIC_EXTENSION];
  if (open) operation["security"] = [];
  const parameters = (operation["parameters"] ?? []) as Json[];
  if (method === "post" && path.startsWith("/api/"))
    parameters.push({ $ref: "#/components/parameters/IdempotencyKey" });
  for (const parameter of parameters) {
    if (parameter["in"] === "path" && isId(String(parameter["name"])))
      parameter["schema"] = { type: "string", format: "uuid" };
  }
  operation["parameters"] = parameters;
  const responses = (operation["responses"] ?? {}) as Json;
  operation["responses"] = responses;
  if (path.startsWith("/api/") || path.startsWith("/v1/")) {
    const content = path.startsWith("/v1/") ? GATEWAY_ERROR : PROBLEM;
    for (const status of errorsOf(method, open, parameters)) {
      responses[status] ??= { description: COMMON[status], content };
    }
  }
  for (const response of Object.values(responses)) {
    if (isJson(response) && response["$ref"] === undefined) {
      response["description"] ||= "Done.";
      response["headers"] = { ...(response["headers"] as Json | undefined), ...REQUEST_ID };
    }
  }
}

/** `Messages.changePassword` → "Change password", for routes that have no words of their own. */
function titleOf(operationId: string): string {
  const words = (operationId.split(".").at(-1) ?? "").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function isId(name: string): boolean {
  return name === "ws" || name === "id" || /Id$/.test(name);
}

function errorsOf(method: string, open: boolean, parameters: Json[]): number[] {
  const statuses = [500, 503, 429];
  const writes = method !== "get";
  if (!open) statuses.push(401);
  if (!open || writes) statuses.push(403);
  if (writes || parameters.some((parameter) => parameter["in"] === "query")) statuses.push(400);
  if (parameters.some((parameter) => parameter["in"] === "path")) statuses.push(404);
  if (method === "post" || method === "put" || method === "patch") statuses.push(413, 415, 507);
  if (method === "post") statuses.push(409, 422);
  return statuses;
}
