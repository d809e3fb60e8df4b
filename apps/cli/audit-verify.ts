// `parley audit verify`: walks along every chain of the audit log.
import { AuditVerifier, type Verification } from "#src/audit/audit-verifier";
import { withApplication } from "./application.js";
import { PlainFault } from "./plain-fault.js";

/**
 * @param chain one chain alone: a workspace's id, or `instance`
 * @returns a line a chain, and whether all of them hold
 * @throws PlainFault when there is no such chain: a slip of the pen must not look like a log that holds
 */
export async function verifyAudit(chain?: string): Promise<{ text: string; ok: boolean }> {
  return withApplication(async (app) => {
    const verifier = app.get(AuditVerifier, { strict: false });
    const known = await verifier.chains();
    const chains = chain === undefined ? known : known.filter((one) => one === chain.toLowerCase());
    if (chain !== undefined && chains.length === 0)
      throw new PlainFault(`There is no chain "${chain}": it is a workspace's id, or instance.`);
    const found: Verification[] = [];
    for (const one of chains) found.push(await verifier.verify(one));
    for (const line of found[0]?.damagedAnchors ?? [])
      process.stderr.write(`${line}: no anchor of this instance, or broken off; it proves nothing\n`);
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
