// The document and the client's types as files; made without a database or Redis, so that any checkout can.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NestFactory } from "@nestjs/core";
import openapiTS, { astToString, type OpenAPI3 } from "openapi-typescript";
import { loadConfig } from "#libs/config/index";
import { Logger } from "#libs/observability/index";
import { ApiModule } from "../api.module.js";
import { createAdapter } from "../server.js";
import { VERSION } from "../version.js";
import { buildDocument, type OpenApiDocument } from "./document.js";

/** The document of this build's controllers. Nothing is connected: Nest's preview mode makes no providers. */
export async function currentDocument(): Promise<OpenApiDocument> {
  const folder = await mkdtemp(join(tmpdir(), "parley-openapi-"));
  try {
    const config = loadConfig({ DATA_DIR: folder, LOG_LEVEL: "silent" });
    const logger = new Logger({ level: "silent", service: "openapi" });
    const app = await NestFactory.create(ApiModule.register(config, logger), createAdapter(config), {
      preview: true,
      logger: false,
      abortOnError: false,
    });
    return buildDocument(app, VERSION);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The committed form of the document. */
export function documentText(document: OpenApiDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

// A field with a default may be left out of a request.
const OPTIONS = { defaultNonNullable: false };

/** TypeScript types of the document, for libs/client. */
export async function clientTypes(document: OpenApiDocument): Promise<string> {
  const types = astToString(await openapiTS(JSON.parse(JSON.stringify(document)) as OpenAPI3, OPTIONS));
  return `// Generated out of docs/openapi.json by apps/api/write-openapi.ts; do not edit.\n${types}`;
}
