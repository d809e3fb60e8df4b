// Amounts as people type them into the forms of budgets, checked before they are sent; the server decides.
import type { ParseKeys } from "i18next";

/** As the server takes it: digits, and a point between digits. */
const DECIMAL = /^\d{1,20}(\.\d{1,40})?$/;
/** The server's bounds, USD. */
const MOST = 1_000_000;
const LEAST = 1e-12;

/** What to say of an amount that cannot be a limit; undefined: it can. @param usd null: there is none */
export function faultOf(usd: string | null): ParseKeys | undefined {
  if (usd === null) return undefined;
  if (!DECIMAL.test(usd)) return "budgets.faults.notAmount";
  if (Number(usd) > MOST) return "budgets.faults.tooMuch";
  return Number(usd) > 0 && Number(usd) < LEAST ? "budgets.faults.tooLittle" : undefined;
}

/** What to say at which field; none: they can be sent. */
export function faultsOf(softUsd: string | null, hardUsd: string | null): { softUsd?: ParseKeys; hardUsd?: ParseKeys } {
  const [soft, hard] = [faultOf(softUsd), faultOf(hardUsd)];
  if (!soft && !hard && softUsd !== null && hardUsd !== null && Number(softUsd) > Number(hardUsd))
    return { softUsd: "budgets.faults.softAboveHard" };
  return { ...(soft && { softUsd: soft }), ...(hard && { hardUsd: hard }) };
}
