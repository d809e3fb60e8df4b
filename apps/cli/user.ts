// `parley user …`: accounts from the command line, for an instance whose operator cannot sign in, or has no account yet.
import { randomBytes } from "node:crypto";
import type { INestApplicationContext } from "@nestjs/common";
import { NotFoundError } from "#libs/errors/index";
import { RedisClients } from "#libs/redis/index";
import { AccountsService } from "#src/auth/accounts.service";
import { type AccountChange, AccountControl } from "#src/instance/account-control";
import { type AccountRow, InstanceDirectory } from "#src/instance/instance-directory";
import { AccountDeletion } from "#src/workspaces/account-deletion";
import { withApplication } from "./application.js";
import { said } from "./plain-fault.js";
import { resetLink } from "./user-reset.js";

/** Accounts of one look at the database. */
const PAGE = 200;

/** What each word does to an account. */
const CHANGES: Record<string, AccountChange> = {
  disable: { disabled: true },
  enable: { disabled: false },
  "make-operator": { isOperator: true },
  "withdraw-operator": { isOperator: false },
  "remove-second-factor": { removeSecondFactor: true },
};

/** Whether there is such a command for one account. */
export function takesEmail(what: string | undefined): boolean {
  return what !== undefined && ["create", "reset", "delete", ...Object.keys(CHANGES)].includes(what);
}

/** @returns what is to be said, or undefined for a command that there is not */
export async function user([what = "", ...args]: string[]): Promise<string | undefined> {
  const [text] = args;
  if (what === "list") return withApplication((app) => list(app, text));
  if (text === undefined) return undefined;
  if (what === "create") return said(withApplication((app) => create(app, text, args[1])));
  if (what === "reset") return said(resetLink(text));
  if (what === "delete") return said(withApplication((app) => deleted(app, text)));
  const change = CHANGES[what];
  return change && said(withApplication((app) => changed(app, text, change)));
}

async function list(app: INestApplicationContext, q: string | undefined): Promise<string> {
  const directory = app.get(InstanceDirectory, { strict: false });
  const lines: string[] = [];
  for (let before: string | undefined; ; ) {
    const page = await directory.accounts({ q, limit: PAGE, before });
    for (const { id, email, name, isOperator, disabledAt } of page)
      lines.push([id, email, name, isOperator ? "operator" : "", disabledAt === null ? "" : "disabled"].join("\t"));
    before = page.at(-1)?.id;
    if (page.length < PAGE) return lines.length === 0 ? "There is no such account.\n" : `${lines.join("\n")}\n`;
  }
}

/** The password is made here and shown once: on the command line it would stand in the shell's history. */
async function create(app: INestApplicationContext, email: string, name: string | undefined): Promise<string> {
  // What the other commands need not wait for.
  const [{ parseInput }, { RegisterDto }] = await Promise.all([
    import("#libs/dto/index"),
    import("#src/auth/auth.dto"),
  ]);
  const password = randomBytes(15).toString("base64url");
  const body = await parseInput(RegisterDto, { email, password, ...(name !== undefined && { name }) });
  const made = await app.get(AccountsService, { strict: false }).create(body);
  const rights = made.isOperator ? " It is the first one, and operates the instance." : "";
  return `Made ${made.email}.${rights}\nPassword, shown this once: ${password}\n`;
}

async function changed(app: INestApplicationContext, email: string, change: AccountChange): Promise<string> {
  const row = await found(app, email);
  await app.get(AccountControl, { strict: false }).change(null, row.id, change);
  return `Done: ${row.email}\n`;
}

async function deleted(app: INestApplicationContext, email: string): Promise<string> {
  const row = await found(app, email);
  await app.get(AccountDeletion, { strict: false }).execute(null, row.id);
  return `Deleted ${row.email} for good. What the audit logs hold of it goes with: parley audit erase ${row.id}\n`;
}

/** The account, with the running processes at hand. @throws NotFoundError */
async function found(app: INestApplicationContext, email: string): Promise<AccountRow> {
  const look = { q: email, limit: PAGE, before: undefined };
  const rows = await app.get(InstanceDirectory, { strict: false }).accounts(look);
  const row = rows.find((account) => account.email === email.toLowerCase());
  if (!row) throw new NotFoundError("This account");
  // Connected first, so that running processes are told; without Redis they find out within a minute.
  await app
    .get(RedisClients)
    .main.ping()
    .catch(() => undefined);
  return row;
}
