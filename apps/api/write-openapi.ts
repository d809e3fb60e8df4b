// Writes docs/openapi.json and the client's generated types out of the controllers, docs/policies.md and docs/audit.md: `node dist/apps/api/write-openapi.js`.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { auditAsMarkdown } from "#src/audit/audit-document";
import { policiesAsMarkdown } from "#src/auth/policies";
import { clientTypes, currentDocument, documentText } from "./openapi/generate.js";

const ROOT = join(import.meta.dirname, "../../..");

const document = await currentDocument();
await writeFile(join(ROOT, "docs/openapi.json"), documentText(document));
await writeFile(join(ROOT, "libs/client/openapi.generated.ts"), await clientTypes(document));
await writeFile(join(ROOT, "docs/policies.md"), policiesAsMarkdown());
await writeFile(join(ROOT, "docs/audit.md"), auditAsMarkdown());
process.stdout.write(
  `${Object.keys(document.paths).length} paths, ${Object.keys(document.components.schemas).length} schemas\n`,
);
