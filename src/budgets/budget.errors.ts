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

const STATES = {
  used_up: "is used up",
  no_room: "has no room left for this call",
  held: "is held by calls that are running",
};

/**
 * 402 `budget_exceeded`. Of the server's own budget nobody is told the amount. `details.subjectId` is the account of the
 * member, or the platform key, whose budget it is.
 */
export class BudgetExceededError extends DomainError {
  /**
   * @param state `no_room`: something is left, but less than this call may cost; `held`: what runs may leave room after all
   * @param retryAfterMs then
   */
  constructor(limit: Limit, resetsAt: string | null, state: keyof typeof STATES, retryAfterMs?: number) {
    const { scope, subject, period, hard } = limit;
    const limitUsd = scope === "instance" || hard === null ? null : fromPico(hard);
    const subjectId = scope === "member" || scope === "key" ? subject.split(":").at(-1)! : null;
    const amount = limitUsd === null ? "" : ` of ${limitUsd} USD`;
    const again = resetsAt === null ? "" : ` It begins anew at ${resetsAt}.`;
    super("budget_exceeded", 402, `The ${OF[period]}budget${amount} of ${WHOSE[scope]} ${STATES[state]}.${again}`, {
      retryable: retryAfterMs !== undefined,
      details: { scope, subjectId, period, state, resetsAt, ...(limitUsd !== null && { limitUsd }) },
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
