// Money has moved to libs/money; this is its old door.
export { addUsd, fromPico, toPico } from "#libs/money/index";
