// Nobody learns who has an account here: neither by what is answered to sign-ins, resets and registrations, nor by how long it takes.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { UnauthorizedError } from "#libs/errors/index";
import { AccountsService } from "#src/auth/accounts.service";
import { AuditTrail } from "#src/auth/audit-trail";
import { SessionsService } from "#src/auth/sessions.service";
import { AccountControl } from "#src/instance/account-control";
import { SecondFactors } from "#src/second-factor/second-factors";
import { totpCode } from "#src/second-factor/totp";
import { type ApiFixture, type RawAnswer, startApi } from "../../apps/api/api-fixture.js";
import { eventually, within } from "../app/patience.js";
import { chance, shareAbove } from "./ranks.js";

const PASSWORD = "a long enough password 42";
const HERE = "127.0.0.1";
/** By chance once in 10^8 runs, and far below what a forgotten hash or a write before the answer makes. */
const DEVIATIONS = 6;
/** Differs from answer to answer, whoever asks. */
const VOLATILE = /^(date|x-request-id|ratelimit-.*)$/;

/** What somebody who looks for accounts can ask, with an e-mail. */
const QUESTIONS: Record<string, (email: string) => { path: string; body: object }> = {
  "a sign-in": (email) => ({ path: "/api/v1/auth/login", body: { email, password: "not the password 42" } }),
  "a sign-in with a code": (email) => ({
    path: "/api/v1/auth/login",
    body: { email, password: "not the password 42", code: "000000" },
  }),
  "a reset": (email) => ({ path: "/api/v1/auth/password-reset", body: { email } }),
  "a registration without an invite": (email) => ({
    path: "/api/v1/auth/register",
    body: { email, password: PASSWORD },
  }),
  "a registration with a wrong invite": (email) => ({
    path: "/api/v1/auth/register",
    body: { email, password: PASSWORD, inviteToken: "x".repeat(43) },
  }),
};

describe("whether somebody has an account", () => {
  let api: ApiFixture;
  /** One of each kind: plain, disabled, with a second factor, without a password. */
  let existing: string[];
  let strangers = 0;

  before(async () => {
    api = await startApi({
      REGISTRATION: "invite",
      LOGIN_LIMIT: "1000",
      REST_IP_LIMIT: "0",
      SMTP_URL: "smtp://127.0.0.1:9",
      MAIL_FROM: "parley@example.test",
      PUBLIC_URL: "http://parley.example.test",
    });
    const accounts = get(AccountsService);
    const named = (name: string) => ({ email: `${name}@example.test`, password: PASSWORD });
    const operator = await accounts.create(named("operator"));
    const disabled = await accounts.create(named("disabled"));
    await get(AccountControl).change(null, disabled.id, { disabled: true });
    const careful = await accounts.create(named("careful"));
    await confirmSecondFactor(careful.id);
    const provided = await get(Database).transaction(() =>
      accounts.adopt({ email: "provided@example.test", name: "Provided", inviteToken: undefined, invited: true }),
    );
    existing = [operator, disabled, careful, provided].map(({ email }) => email);
  });
  after(() => api.stop());

  const get = <T>(what: abstract new (...given: never[]) => T): T => api.app.get(what as never, { strict: false });
  const stranger = () => `nobody-${++strangers}@example.test`;

  async function confirmSecondFactor(userId: string): Promise<void> {
    const sessions = get(SessionsService);
    const account = (await sessions.find(await sessions.open(userId, "a test")))!;
    const secret = await get(SecondFactors).begin(account, PASSWORD, HERE);
    await get(SecondFactors).confirm(account, totpCode(secret, Date.now()));
  }

  const ask = (question: string, email: string): Promise<RawAnswer> => {
    const { path, body } = QUESTIONS[question]!(email);
    return api.send("POST", path, { "content-type": "application/json" }, JSON.stringify(body));
  };

  /** Everything that a stranger sees of an answer. */
  const shown = ({ status, headers, body }: RawAnswer) => ({
    status,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !VOLATILE.test(name))),
    body: body === "" ? "" : { ...(JSON.parse(body) as object), requestId: "" },
  });

  /**
   * One after the other, in pairs of random order, so that whatever the machine does besides meets both alike.
   * @returns how much slower answers about accounts that exist are, as a share of pairs; and what chance may make of nothing
   */
  async function measure(question: string, pairs: number): Promise<{ slower: number; limit: number }> {
    const times = { existing: [] as number[], unknown: [] as number[] };
    for (let n = 0; n < pairs; n++) {
      const pair = [
        { of: times.existing, email: existing[n % existing.length]! },
        { of: times.unknown, email: stranger() },
      ];
      for (const { of, email } of Math.random() < 0.5 ? pair : pair.reverse()) {
        const begun = performance.now();
        await ask(question, email);
        of.push(performance.now() - begun);
      }
    }
    const slower = shareAbove(times.existing, times.unknown) - 0.5;
    return { slower, limit: chance(pairs, pairs, DEVIATIONS) };
  }

  for (const question of Object.keys(QUESTIONS))
    it(`is not told by what is answered to ${question}`, async () => {
      const expected = shown(await ask(question, stranger()));
      for (const email of existing) assert.deepEqual(shown(await ask(question, email)), expected, email);
    });

  // A sign-in takes a hash, the others next to nothing.
  for (const [question, pairs] of [
    ["a sign-in", 40],
    ["a reset", 120],
    ["a registration without an invite", 120],
  ] as const)
    it(`is not told by how long ${question} takes`, async () => {
      const { slower, limit } = await measure(question, pairs);
      assert.ok(Math.abs(slower) < limit, `${slower} beyond ${limit}`);
    });

  it("would be found out by this measure, if unknown accounts were spared the hash", async () => {
    const accounts = get(AccountsService);
    const login = accounts.login.bind(accounts);
    accounts.login = async (email, password, address) => {
      if (existing.includes(email)) return login(email, password, address);
      throw new UnauthorizedError();
    };
    const { slower, limit } = await measure("a sign-in", 40);
    accounts.login = login;
    assert.ok(slower > limit, `${slower} within ${limit}`);
  });

  it("is written down after the answer alone", async () => {
    const { id, email } = await get(AccountsService).create({ email: "quiet@example.test", password: PASSWORD });
    const audit = get(AuditTrail);
    const record = audit.record.bind(audit);
    const held = Promise.withResolvers<void>();
    const noted: string[] = [];
    audit.record = async (entry) => {
      await held.promise;
      await record(entry);
      if (entry.target?.id === id) noted.push(entry.action);
    };
    const answers = ["a sign-in", "a reset"].map((question) => ask(question, email));
    const [refused, sent] = await within(Promise.all(answers), "answers that wait for no write");
    assert.deepEqual([refused?.status, sent?.status, noted], [401, 204, []]);
    held.resolve();
    await eventually(async () => noted.length === 2);
    audit.record = record;
    assert.deepEqual(noted.sort(), ["account.reset_issued", "session.refused"]);
  });
});
