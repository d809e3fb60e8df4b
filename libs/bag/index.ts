// A collection whose members come and go all the time.
export { Bag } from "./bag.js";
