// Checks every answer that passes a test's client against the server's own OpenAPI document.
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Exchange } from "#libs/client/index";

interface ResponseObject {
  $ref?: string;
  content?: Record<string, { schema?: object }>;
}
interface OpenApiDocument {
  paths: Record<string, Record<string, { responses: Record<string, ResponseObject> }>>;
}

const DOCUMENT = "openapi";

/** Knows one server's document. Everything that is not in it is a fault of the server. */
export class DocumentCheck {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly compiled = new Map<string, ValidateFunction>();
  private readonly templates: { template: string; pattern: RegExp }[];

  private constructor(private readonly document: OpenApiDocument) {
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.ajv);
    this.ajv.addFormat("decimal", /^-?\d+(\.\d+)?$/);
    this.ajv.addSchema(document, DOCUMENT);
    this.templates = Object.keys(document.paths)
      .map((template) => ({ template, pattern: patternOf(template) }))
      // A fixed path wins over one with parameters, as in the server's router.
      .sort((a, b) => a.template.split("{").length - b.template.split("{").length);
  }

  /** Reads the document of a running server. */
  static async of(baseUrl: string): Promise<DocumentCheck> {
    const response = await fetch(`${baseUrl}/api/openapi.json`);
    if (response.status !== 200) throw new Error(`GET /api/openapi.json answered ${response.status}`);
    return new DocumentCheck((await response.json()) as OpenApiDocument);
  }

  /** @throws when path, method, status, content type or body are not as the document says */
  async verify({ method, url, response }: Exchange): Promise<void> {
    const { pathname } = new URL(url);
    if (!pathname.startsWith("/api/v1/")) return;
    const found = this.templates.find(({ pattern }) => pattern.test(pathname));
    // What no route answers is a 404 by itself; there is nothing to document.
    if (!found) return fault(response.status === 404, method, pathname, "is not in the document");
    const operation = this.document.paths[found.template]?.[method.toLowerCase()];
    if (!operation)
      return fault(
        response.status === 404 || response.status === 405,
        method,
        found.template,
        "is not in the document",
      );
    const status = String(response.status);
    const documented = operation.responses[status];
    const where = `${method} ${found.template} ${status}`;
    if (!documented) throw new Error(`${where} is not in the document (only ${Object.keys(operation.responses)})`);
    await this.verifyBody(where, documented, response, [found.template, method.toLowerCase(), status]);
  }

  private async verifyBody(where: string, documented: ResponseObject, response: Response, at: string[]): Promise<void> {
    const content = documented.content ?? {};
    const type = (response.headers.get("content-type") ?? "").split(";")[0] ?? "";
    if (Object.keys(content).length === 0) {
      const body = await response.text();
      return body === "" ? undefined : fault(false, where, "", "has a body, but none is documented");
    }
    if (!(type in content)) throw new Error(`${where} came as "${type}", documented are ${Object.keys(content)}`);
    if (!type.endsWith("json") || !content[type]?.schema) return;
    const body: unknown = await response.json();
    const [template = "", method = "", status = ""] = at;
    const pointer = ["paths", template, method, "responses", status, "content", type, "schema"];
    const validate = this.validator(`${DOCUMENT}#/${pointer.map(escapePointer).join("/")}`);
    if (!validate(body)) {
      throw new Error(
        `${where} does not fit its schema: ${this.ajv.errorsText(validate.errors)}\n${JSON.stringify(body).slice(0, 2000)}`,
      );
    }
  }

  private validator(ref: string): ValidateFunction {
    let validate = this.compiled.get(ref);
    if (!validate) {
      validate = this.ajv.compile({ $ref: ref });
      this.compiled.set(ref, validate);
    }
    return validate;
  }
}

function patternOf(template: string): RegExp {
  const parts = template.split(/\{[^}]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/]+")}$`);
}

/** RFC 6901 §4, then percent-encoded, since the pointer stands in a URI fragment (§6). */
function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}

function fault(allowed: boolean, method: string, path: string, what: string): void {
  if (!allowed) throw new Error(`${method} ${path} ${what}`);
}
