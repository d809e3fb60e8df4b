// docs/audit.md out of the catalogue.
import { AUDIT_ACTIONS } from "#src/auth/audit-trail";

/** The document of every act that is recorded. */
export function auditAsMarkdown(): string {
  const rows = Object.entries(AUDIT_ACTIONS).map(([action, text]) => `| \`${action}\` | ${text} |`);
  return `# The audit log

Every act below is one event: who, when, what, to what. Written by \`node dist/apps/api/write-openapi.js\` from \`src/auth/audit-trail.ts\`; a spec compares
the two. How it is kept and checked: \`docs/decisions/0004-audit.md\`.

A workspace's events are read by its admins (\`GET /api/v1/workspaces/{ws}/audit\`, \`…/audit/verify\`), the instance's own by its operators
(\`GET /api/v1/instance/audit\`, \`…/audit/verify\`). \`npx parley audit verify\` walks along all chains, also those of workspaces that are gone, and ends with 1 when
one does not hold.

Who deletes an account (\`account.deleted\`) does not delete what the log says of it: its events stay with its id, in the chains of its workspaces, too, and
the addresses, names and browsers that are sealed with them until an operator erases them: \`npx parley audit erase ID\`, with the id that the event names.

| action | what happened |
| --- | --- |
${rows.join("\n")}
`;
}
