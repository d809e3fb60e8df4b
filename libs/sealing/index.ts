// The door of libs/sealing.
export { openText, sealText } from "./sealed-text.js";
