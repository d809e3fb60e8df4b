// A call that no budget has room for.
import { DomainError } from "#libs/errors/index";
import { fromPico } from "#libs/money/index";
import { type BudgetPeriod } from "#src/auth/actor";
import { type Limit } from "./budgets.repository.js";

const OF: Record<BudgetPeriod, string> = { day: "daily ", month: "monthly ", total: "" };
const WHOSE: Record<Limit["scope"], string> = {
  instance: "this server",
  workspace: "this workspace",
  member: "this member",
  key: "this platform key",
};

/** 402 `budget_exceeded`. Of the server's own budget nobody is told the amount. */
export class BudgetExceededError extends DomainError {
  /**
   * @param retryAfterMs when what runs at the moment may leave room after all
   * @param isUsedUp false: something may be left, but less than this call may cost
   */
  constructor({ scope, period, hard }: Limit, resetsAt: string | null, retryAfterMs?: number, isUsedUp = true) {
    const amount = scope === "instance" || hard === null ? "" : ` of ${fromPico(hard)} USD`;
    const left = isUsedUp ? "is used up" : "has no room left for this call";
    const rest = retryAfterMs === undefined ? left : "is held by calls that are running";
    const again = resetsAt === null ? "" : ` It begins anew at ${resetsAt}.`;
    super("budget_exceeded", 402, `The ${OF[period]}budget${amount} of ${WHOSE[scope]} ${rest}.${again}`, {
      retryable: retryAfterMs !== undefined,
      details: { scope, period, resetsAt, ...(amount !== "" && hard !== null && { limitUsd: fromPico(hard) }) },
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
}

/** 402 `price_unknown`: a hard budget cannot hold for a model whose price nobody knows; who set it may let the call through. */
export class PriceUnknownError extends DomainError {
  constructor(model: string) {
    const words = `The price of ${model.slice(0, 200)} is not known, so no budget could hold for it.`;
    super("price_unknown", 402, `${words} Whoever sets the budgets can let such calls through.`);
  }
}
