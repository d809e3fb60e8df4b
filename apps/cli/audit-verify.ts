// `parley audit verify`: walks along every chain of the audit log.
import { AuditVerifier, type Verification } from "#src/audit/audit-verifier";
import { withApplication } from "./application.js";

/** @param chain one chain alone: a workspace's id, or `instance`. @returns a line a chain, and whether all of them hold */
export async function verifyAudit(chain?: string): Promise<{ text: string; ok: boolean }> {
  return withApplication(async (app) => {
    const verifier = app.get(AuditVerifier, { strict: false });
    const chains = chain === undefined ? await verifier.chains() : [chain];
    const found: Verification[] = [];
    for (const one of chains) found.push(await verifier.verify(one));
    const lines = found.map(lineOf).join("\n") || "There is nothing in the audit log yet.";
    return { text: `${lines}\n`, ok: found.every(({ fault }) => !fault) };
  });
}

function lineOf({ chain, head, anchors, fault }: Verification): string {
  const checked = `${head.seq} events, ${anchors} anchors`;
  return fault
    ? `BROKEN  ${chain}  at event ${fault.seq}: ${fault.kind}  (${checked})`
    : `holds   ${chain}  ${checked}`;
}
