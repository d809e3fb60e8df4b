// The door of libs/money.
export { addUsd, exactSums, fromPico, lessThanUsd, timesUsd, toPico } from "./decimals.js";
