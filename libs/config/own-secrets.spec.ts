// Secrets that are samples or twins stop the start, by the name of their variable.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ConfigError, loadConfig } from "./index.js";

const folder = mkdtempSync(join(tmpdir(), "parley-secrets-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function faultsOf(env: Record<string, string>): string[] {
  try {
    loadConfig({ DATA_DIR: folder, ...env });
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.faults;
  }
}

test("no secret is one of the vault's keys, in whatever spelling", () => {
  const key = randomBytes(32);
  const VAULT_KEYS = `old:${randomBytes(32).toString("base64")},now:${key.toString("base64")}`;
  const twin = (name: string) => [`${name} equals the key "now" of VAULT_KEYS; every secret must be its own`];
  for (const NODE_ENV of ["production", "development"]) {
    for (const form of ["base64", "base64url", "hex"] as const) {
      const value = key.toString(form);
      for (const name of ["DATABASE_KEY", "METRICS_TOKEN", "OPENROUTER_API_KEY"])
        assert.deepEqual(faultsOf({ NODE_ENV, VAULT_KEYS, [name]: value }), twin(name), `${name}, ${form}`);
    }
    assert.deepEqual(
      faultsOf({ NODE_ENV, VAULT_KEYS, DATABASE_KEY: key.toString("hex").toUpperCase() }),
      twin("DATABASE_KEY"),
    );
    assert.deepEqual(faultsOf({ NODE_ENV, VAULT_KEYS, DATABASE_KEY: randomBytes(32).toString("base64") }), []);
  }
});

test("no two secrets are the same", () => {
  const value = randomBytes(24).toString("hex");
  const VAULT_KEYS = `k1:${randomBytes(32).toString("base64")}`;
  assert.deepEqual(faultsOf({ VAULT_KEYS, DATABASE_KEY: value, METRICS_TOKEN: value }), [
    "METRICS_TOKEN equals DATABASE_KEY; every secret must be its own",
  ]);
  const oidc = { OIDC_ISSUER: "https://id.example.test", OIDC_CLIENT_ID: "parley", OIDC_CLIENT_SECRET: value };
  assert.deepEqual(faultsOf({ VAULT_KEYS, ...oidc, DATABASE_KEY: value }), [
    "OIDC_CLIENT_SECRET equals DATABASE_KEY; every secret must be its own",
  ]);
  assert.deepEqual(faultsOf({ VAULT_KEYS, ...oidc, DATABASE_KEY: `${value}1` }), []);
});

test("production takes no sample, and no start without keys of its own", () => {
  const VAULT_KEYS = `k1:${randomBytes(32).toString("base64")}`;
  const env = { NODE_ENV: "production", VAULT_KEYS };
  assert.deepEqual(faultsOf(env), []);
  for (const sample of ["change-me-change-me", "CHANGEME12345678", "secret-secret-secret", "0000000000000000"])
    for (const name of ["DATABASE_KEY", "METRICS_TOKEN"])
      assert.deepEqual(faultsOf({ ...env, [name]: sample }), [`${name} looks like a sample value; make a random one`]);
  assert.match(faultsOf({ NODE_ENV: "production" })[0]!, /^VAULT_KEYS is required in production/);
  assert.match(faultsOf({ VAULT_KEYS: `k1:${Buffer.alloc(32, 7).toString("base64")}` })[0]!, /is a sample value/);
});
