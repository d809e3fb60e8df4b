// The one field that is put into a whole answer where the provider left it out; every other byte is the provider's.
import { type AnswerForm } from "#libs/openrouter/index";

const FIELD = '"system_fingerprint"';

/**
 * OpenRouter's own SDK takes no chat completion without `system_fingerprint`, though null will do (openrouter-contract §7
 * rule 5), and about a tenth of OpenRouter's answers come without.
 * @param bytes a JSON object
 */
export function withFingerprint(form: AnswerForm, bytes: Buffer): Buffer {
  const start = bytes.indexOf("{") + 1;
  // Inside of a text the quotation marks would be escaped.
  if (form !== "chat" || start === 0 || bytes.includes(FIELD)) return bytes;
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(`${FIELD}:null,`), bytes.subarray(start)]);
}
