// The operator's command line.
import { loadConfig, runProcess } from "#libs/config/index";
import { migrate } from "#libs/database/index";

const USAGE = `parley <command>

  migrate   bring the database schema up to date
  help      this text
`;

/** Command → what it does; the text it returns is printed. */
const commands: Record<string, () => Promise<string>> = {
  migrate: async () => {
    const ran = await migrate(loadConfig());
    return ran.length === 0 ? "The schema is up to date.\n" : `Ran ${ran.length} migrations: ${ran.join(", ")}\n`;
  },
  help: async () => USAGE,
};

await runProcess(async () => {
  const [name = "help"] = process.argv.slice(2);
  const command = commands[name.replace(/^--/, "")];
  if (command) process.stdout.write(await command());
  else {
    process.stderr.write(`Unknown command: ${name}\n\n${USAGE}`);
    process.exitCode = 64;
  }
});
