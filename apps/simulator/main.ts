// Process entry of the simulator: reads its few variables, starts, and stops cleanly on a signal.
const MAJOR = Number(process.versions.node.split(".")[0]);
if (MAJOR < 24) {
  process.stderr.write(
    `The simulator needs Node 24 or newer; this is ${process.versions.node}. Start it with: npm run start:simulator\n`,
  );
  process.exit(1);
}

function portOf(text: string | undefined): number {
  const port = Number(text ?? 4010);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  process.stderr.write("SIMULATOR_PORT must be a number from 0 to 65535\n");
  return process.exit(1);
}

const { startSimulator } = await import("./simulator.js");
const { SIMULATOR_PORT, SIMULATOR_HOST, SIMULATOR_STATE, SIMULATOR_DATA, SIMULATOR_LIST_ALL } = process.env;

try {
  const simulator = await startSimulator({
    port: portOf(SIMULATOR_PORT),
    host: SIMULATOR_HOST || "127.0.0.1",
    ...(SIMULATOR_STATE ? { stateFile: SIMULATOR_STATE } : {}),
    ...(SIMULATOR_DATA ? { dataDir: SIMULATOR_DATA } : {}),
    settings: { listSimulatorModels: SIMULATOR_LIST_ALL === "1" },
  });
  const stop = () => {
    simulator.close().then(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  // Whoever started it over IPC is gone, perhaps while it was starting: no orphan stays.
  if (process.send) process.once("disconnect", stop);
  if (process.send && !process.connected) stop();
  process.stdout.write(`simulator ready ${simulator.url}\n`);
} catch (error) {
  process.stderr.write(`simulator: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
