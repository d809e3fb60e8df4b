// Says on the terminal what is being done and for how long: one moving line on a terminal, few plain lines elsewhere.
import process from "node:process";

const REDRAW_MS = 100;
const PLAIN_REPEAT_MS = 15_000;
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/**
 * Runs `work` and shows `label` meanwhile, then how long it took. All of it goes to standard error.
 * @param label what is done, e.g. "Building"
 * @param work gets `note(text)`, which adds a detail to the moving line
 */
export async function withProgress(label, work) {
  const { stderr } = process;
  const began = Date.now();
  let detail = "";
  let frame = 0;
  const moving = stderr.isTTY === true;
  const draw = () => {
    frame += 1;
    stderr.write(`\r\u001b[2K${FRAMES[frame % FRAMES.length]} ${label}${detail && ` ${detail}`} (${seconds(began)})`);
  };
  const repeat = () => stderr.write(`  ${label}${detail && ` ${detail}`} … ${seconds(began)}\n`);
  if (!moving) stderr.write(`${label} …\n`);
  const timer = setInterval(moving ? draw : repeat, moving ? REDRAW_MS : PLAIN_REPEAT_MS);
  const clear = () => {
    clearInterval(timer);
    if (moving) stderr.write("\r\u001b[2K");
  };
  try {
    const result = await work((text) => {
      detail = text;
    });
    clear();
    stderr.write(`✓ ${label} (${seconds(began)})\n`);
    return result;
  } catch (error) {
    clear();
    stderr.write(`✗ ${label} (${seconds(began)})\n`);
    throw error;
  }
}

/** A fault that a person can act on: shown as its message alone, without a stack. */
export class PlainFault extends Error {}

/** Runs a script's main function; ends the process with 1 on a fault. */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error instanceof PlainFault ? error.message : (error?.stack ?? error)}\n`);
    process.exitCode = 1;
  }
}
