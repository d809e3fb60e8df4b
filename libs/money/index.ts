// The door of libs/money.
export { addUsd, fromPico, lessThanUsd, timesUsd, toPico } from "./decimals.js";
