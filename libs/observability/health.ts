// Readiness: named checks that parts of the application add, run together with a time limit.
import { Injectable } from "@nestjs/common";
import { errorFacts } from "./log-fields.js";

/** A check that takes longer than this counts as failed, ms. */
const CHECK_TIMEOUT_MS = 1_000;

/** The result of one check. `reason` is short and holds no addresses or secrets. */
export interface CheckResult {
  ok: boolean;
  durationMs: number;
  reason?: string;
}

/** The body of `GET /health/ready`. */
export interface Readiness {
  status: "ready" | "unavailable" | "stopping";
  checks: Record<string, CheckResult>;
}

/** A check failed for a reason that may be shown. */
export class CheckFailed extends Error {}

/** The checks of this process. */
@Injectable()
export class HealthChecks {
  private readonly checks = new Map<string, () => Promise<void>>();
  private stopping = false;

  /** Adds a part; `check` throws when the part is down (a {@link CheckFailed}'s message is shown). */
  add(name: string, check: () => Promise<void>): void {
    this.checks.set(name, check);
  }

  /** From now on this process is not ready: it takes no new work. */
  stop(): void {
    this.stopping = true;
  }

  /** Runs every check. @param timeoutMs limit of each check */
  async readiness(timeoutMs = CHECK_TIMEOUT_MS): Promise<Readiness> {
    const results = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await limited(check, timeoutMs)] as const),
    );
    const down = results.some(([, result]) => !result.ok);
    const status = this.stopping ? "stopping" : down ? "unavailable" : "ready";
    return { status, checks: Object.fromEntries(results) };
  }
}

async function limited(check: () => Promise<void>, timeoutMs: number): Promise<CheckResult> {
  const started = performance.now();
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new CheckFailed(`no answer within ${timeoutMs} ms`)), timeoutMs);
  const result = await Promise.race([check(), timeout.promise]).then(
    () => ({ ok: true }),
    (error: unknown) => ({ ok: false, reason: reasonOf(error) }),
  );
  clearTimeout(timer);
  return { ...result, durationMs: Math.round(performance.now() - started) };
}

function reasonOf(error: unknown): string {
  if (error instanceof CheckFailed) return error.message;
  const facts = errorFacts(error);
  return String(facts["code"] ?? facts["name"]);
}
