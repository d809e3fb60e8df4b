// The launcher: brings up a whole Parley on one machine and keeps it up. `npm start` and the container image run it.
// Not by libs/config's index, which loads Nest: the launcher has no use for it, and every start would wait for it.
import { type Config, ConfigError, loadConfig } from "#libs/config/config";
import { EXIT_CONFIG, requireNode24 } from "#libs/config/process";
import { LaunchFault } from "./fault.js";
import { APPS, Instance } from "./instance.js";
import { InstanceLock } from "./instance-lock.js";
import { type LaunchOptions, launchOptions } from "./launch-options.js";
import { Output } from "./output.js";
import { isFree } from "./ports.js";
import { waitForPredecessors } from "./predecessors.js";
import { Schema } from "./schema.js";
import { StopSignal } from "./stop-signal.js";
import { ConfigurationRefused } from "./supervised-process.js";

const EXIT_FORCED = 130;
/** Beyond the drain time, what the processes of a launcher that was killed may take to end. */
const AFTER_DRAIN_MS = 5_000;

requireNode24();
// A terminal that was closed must not keep us from ending the processes in order.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
process.exit(await launch().catch(explain));

async function launch(): Promise<number> {
  const options = launchOptions(process.env);
  const output = createOutput(options);
  let instance: Instance | undefined;
  const stop = new StopSignal(() => {
    instance?.kill();
    process.exit(EXIT_FORCED);
  });
  const config = loadConfig({ ...process.env, ...(options.simulator && { PARLEY_SIMULATOR: "1" }) });
  const lock = InstanceLock.take(config.dataDir);
  try {
    await letPredecessorsEnd(lock, config, output);
    await refuseTakenPort(config);
    const schema = new Schema(config);
    instance = new Instance({ config, options, output, lock, schema, signal: stop.signal });
    await serve(instance, { options, output, stop });
  } finally {
    lock.release();
  }
  return 0;
}

interface Serving {
  options: LaunchOptions;
  output: Output;
  stop: StopSignal;
}

async function serve(instance: Instance, { options, output, stop }: Serving): Promise<void> {
  try {
    const url = await instance.start();
    for (const line of readyLines(url, options)) output.say(line);
    await stop.asked;
  } catch (error) {
    // Whatever was under way when somebody asked to end has failed because of that.
    if (!stop.signal.aborted) throw error;
  } finally {
    if (stop.signal.aborted) output.say("Ending Parley … (Ctrl-C again ends it at once)");
    await instance.stop();
  }
}

function createOutput({ verbose, production }: LaunchOptions): Output {
  const terminal = process.stdout.isTTY === true;
  const color = terminal && !process.env["NO_COLOR"];
  const options = { human: terminal, everything: verbose || !terminal, bare: production && !terminal, color };
  return new Output(options, (text) => process.stdout.write(text));
}

async function letPredecessorsEnd({ abandoned }: InstanceLock, config: Config, output: Output): Promise<void> {
  const pids = abandoned?.children ?? [];
  const onWait = () => output.say("Waiting for the processes of a Parley that was killed to end …");
  await waitForPredecessors(pids, APPS, config.drainMs + AFTER_DRAIN_MS, onWait);
}

async function refuseTakenPort({ port, host }: Config): Promise<void> {
  if (await isFree(port, host)) return;
  const other = port < 65_000 ? port + 100 : 3000;
  throw new LaunchFault(
    `Port ${port} is taken by another program. Choose another one: npm start -- --port ${other}`,
    EXIT_CONFIG,
  );
}

function readyLines(url: string, { simulator }: LaunchOptions): string[] {
  const ready = `Parley is ready: ${url}`;
  if (!simulator) return [ready];
  return ["Answers come from the bundled simulator; for a real provider set OPENROUTER_API_KEY.", ready];
}

/** Says why the launcher ends. @returns the exit code */
function explain(error: unknown): number {
  if (error instanceof ConfigurationRefused) return EXIT_CONFIG;
  // What the system refuses (a folder that may not be written, say) is explained by its own words.
  const plain = error instanceof LaunchFault || error instanceof ConfigError || (error as { syscall?: string }).syscall;
  const text = error instanceof Error ? ((plain ? error.message : error.stack) ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
  if (error instanceof ConfigError) return EXIT_CONFIG;
  return error instanceof LaunchFault ? error.exitCode : 1;
}
