// `parley audit verify`: walks along every chain of the audit log.
import { Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ConfigModule, loadConfig } from "#libs/config/index";
import { DatabaseModule } from "#libs/database/index";
import { Logger, ObservabilityModule } from "#libs/observability/index";
import { SecretsModule } from "#libs/secrets/index";
import { AuditModule } from "#src/audit/audit.module";
import { AuditVerifier, type Verification } from "#src/audit/audit-verifier";
import { entities } from "#src/entities";

@Module({})
class AuditCommandModule {}

/** @param chain one chain alone: a workspace's id, or `instance`. @returns a line a chain, and whether all of them hold */
export async function verifyAudit(chain?: string): Promise<{ text: string; ok: boolean }> {
  const config = loadConfig();
  const logger = new Logger({ level: "silent", service: "cli" });
  const imports = [
    ConfigModule.register(config),
    ObservabilityModule.register("cli", logger),
    DatabaseModule.register(entities),
    SecretsModule,
    AuditModule,
  ];
  const app = await NestFactory.createApplicationContext(
    { module: AuditCommandModule, imports },
    { logger: false, abortOnError: false },
  );
  try {
    const verifier = app.get(AuditVerifier);
    const chains = chain === undefined ? await verifier.chains() : [chain];
    const found: Verification[] = [];
    for (const one of chains) found.push(await verifier.verify(one));
    return {
      text: `${found.map(lineOf).join("\n") || "There is nothing in the audit log yet."}\n`,
      ok: found.every(({ fault }) => !fault),
    };
  } finally {
    await app.close();
  }
}

function lineOf({ chain, head, anchors, fault }: Verification): string {
  const checked = `${head.seq} events, ${anchors} anchors`;
  return fault
    ? `BROKEN  ${chain}  at event ${fault.seq}: ${fault.kind}  (${checked})`
    : `holds   ${chain}  ${checked}`;
}
