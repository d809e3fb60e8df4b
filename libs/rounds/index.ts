// Work that is done again and again.
export { Rounds } from "./rounds.js";
