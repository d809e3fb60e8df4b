// `npm run bench -- NAME [--streams 100,500,1000] [--seconds 15] [--rounds 2]`: measures, and prints goal and figure side by side.
import { parseArgs } from "node:util";
import { benchGateway } from "./gateway.js";
import { benchRest } from "./rest.js";
import { benchStart } from "./start.js";
import { benchStream } from "./stream.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    streams: { type: "string", default: "100,500,1000" },
    seconds: { type: "string", default: "15" },
    rounds: { type: "string", default: "2" },
  },
});

const benches: Record<string, () => Promise<string>> = {
  stream: () => benchStream(values.streams.split(",").map(Number), Number(values.seconds), Number(values.rounds)),
  rest: () => benchRest(Number(values.rounds)),
  gateway: () => benchGateway(Number(values.seconds), Number(values.rounds)),
  start: () => benchStart(Number(values.rounds)),
};

const bench = benches[positionals[0] ?? ""];
if (bench) process.stdout.write(`${await bench()}\n`);
else {
  process.stderr.write(
    `npm run bench -- ${Object.keys(benches).join(" | ")} [--streams 100,500] [--seconds 15] [--rounds 2]\n`,
  );
  process.exitCode = 64;
}
process.exit();
