// What the tokens of a call cost by the price list of its time: the exact decimal, and rounded to 1e-12 USD for sums.
import { migration } from "./migration.js";

export const listPrices = migration(91, "ListPrices", [
  "ALTER TABLE provider_calls ADD COLUMN list_price_usd varchar(100)",
  "ALTER TABLE provider_calls ADD COLUMN list_price_pico bigint",
]);
