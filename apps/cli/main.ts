// The operator's command line.
import { loadConfig, runProcess } from "#libs/config/index";
import { migrate } from "#libs/database/index";
import { eraseDetail } from "./audit-erase.js";
import { verifyAudit } from "./audit-verify.js";
import { doctor } from "./doctor.js";
import { said } from "./plain-fault.js";
import { takesEmail, user } from "./user.js";
import { rotateMasterKey, rotateWorkspaceKey } from "./vault-rotate.js";

const USAGE = `parley <command>

  migrate                 bring the database schema up to date
  audit verify [CHAIN]    walk along the audit log: all chains, or one (a workspace's id, or "instance")
  audit erase EMAIL|ID|MONTH
                          erase addresses, names and browsers of an account, or of nobody known in a month (2026-11)
  user reset EMAIL        a link, for an hour and one use, by which this account gets a new password
  vault rotate [--workspace ID | --force]
                          wrap all workspaces' keys with the first key of VAULT_KEYS, or give one workspace a new key;
                          --force: also when a running process lacks the first key
  user list [TEXT]        accounts: id, e-mail, name, whether operator and whether disabled
  user create EMAIL [NAME]
                          make an account, also where registration is closed; its password is shown once
  user disable|enable|make-operator|withdraw-operator|remove-second-factor EMAIL
  user delete EMAIL       for good, with the workspaces in which nobody else is
  doctor                  check configuration, vault keys, database, Redis, worker, disk, mail and the sign-in provider
  help                    this text
`;

/** Command → what it does; the text it returns is printed. */
const commands: Record<string, (args: string[]) => Promise<string>> = {
  migrate: async () => {
    const ran = await migrate(loadConfig());
    return ran.length === 0 ? "The schema is up to date.\n" : `Ran ${ran.length} migrations: ${ran.join(", ")}\n`;
  },
  audit: async ([what, chain]) => {
    if (what === "erase" && chain !== undefined) return said(eraseDetail(chain));
    if (what !== "verify") return wrongUse(`Unknown command: audit ${what ?? ""}`);
    return said(
      verifyAudit(chain).then(({ text, ok }) => {
        if (!ok) process.exitCode = 1;
        return text;
      }),
    );
  },
  vault: async ([what, option, workspaceId]) => {
    if (what !== "rotate") return wrongUse(`Unknown command: vault ${what ?? ""}`);
    if (option === undefined || option === "--force") return said(rotateMasterKey({ force: option === "--force" }));
    if (option !== "--workspace" || workspaceId === undefined)
      return wrongUse("vault rotate takes --workspace ID or --force");
    return said(rotateWorkspaceKey(workspaceId));
  },
  user: async (args) => {
    const [what, email] = args;
    if (takesEmail(what) && email === undefined) return wrongUse(`parley user ${what} EMAIL: the e-mail is missing.`);
    return (await user(args)) ?? wrongUse(`Unknown command: user ${args.join(" ")}`);
  },
  doctor: async () => {
    const { text, ok } = await doctor();
    if (!ok) process.exitCode = 1;
    return text;
  },
  help: async () => USAGE,
};

/** EX_USAGE of sysexits.h. */
function wrongUse(fault: string): string {
  process.stderr.write(`${fault}\n\n${USAGE}`);
  process.exitCode = 64;
  return "";
}

await runProcess(async () => {
  const [name = "help", ...args] = process.argv.slice(2);
  const command = commands[name.replace(/^--/, "")];
  process.stdout.write(command ? await command(args) : wrongUse(`Unknown command: ${name}`));
});
