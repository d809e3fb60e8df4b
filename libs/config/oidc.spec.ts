// The settings of the sign-in provider: what fits, and each fault by its name.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { ConfigError, loadConfig } from "./index.js";

const WORKSPACE = "0198f3a2-7c00-7000-8000-000000000001";

describe("the settings of the sign-in provider", () => {
  const folder = mkdtempSync(join(tmpdir(), "parley-oidc-config-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const GOOD = { OIDC_ISSUER: "https://id.example.com", OIDC_CLIENT_ID: "parley", OIDC_CLIENT_SECRET: "s3" };
  const load = (env: Record<string, string>) => loadConfig({ DATA_DIR: folder, ...env }).oidc;
  const faults = (env: Record<string, string>): string[] => {
    try {
      load(env);
    } catch (error) {
      if (error instanceof ConfigError) return error.faults;
      throw error;
    }
    return [];
  };

  it("are none without an issuer", () => assert.equal(load({}), undefined));

  it("have defaults for all that is not needed", () => {
    assert.deepEqual(load(GOOD), {
      issuer: "https://id.example.com",
      clientId: "parley",
      clientSecret: "s3",
      name: "single sign-on",
      scopes: "openid email profile",
      groupsClaim: "groups",
      roleMap: [],
      autoJoin: [],
      operatorGroups: [],
      linkDomains: [],
      trustEmail: false,
      sessionMs: 7 * 24 * 3_600_000,
      only: false,
    });
  });

  it("take groups with any characters, domains in any case, and several of each", () => {
    const roleMap = [{ group: "CN=a,DC=b=c; d", workspace: WORKSPACE.toUpperCase(), role: "admin" }];
    const autoJoin = [{ domain: "Example.COM", workspace: WORKSPACE, role: "viewer" }];
    const oidc = load({
      ...GOOD,
      OIDC_ROLE_MAP: JSON.stringify(roleMap),
      OIDC_AUTO_JOIN: JSON.stringify(autoJoin),
      OIDC_OPERATOR_GROUPS: '["/ops"]',
      OIDC_LINK_DOMAINS: "Example.com, example.org",
      OIDC_SCOPES: " openid   groups ",
      OIDC_ONLY: "true",
    });
    assert.deepEqual(oidc?.roleMap, [{ group: "CN=a,DC=b=c; d", workspace: WORKSPACE, role: "admin" }]);
    assert.equal(oidc?.autoJoin[0]?.domain, "example.com");
    assert.deepEqual(oidc?.operatorGroups, ["/ops"]);
    assert.deepEqual(oidc?.linkDomains, ["example.com", "example.org"]);
    assert.deepEqual([oidc?.scopes, oidc?.only], ["openid groups", true]);
  });

  it("may come as files", () => {
    const file = join(folder, "secret");
    writeFileSync(file, "from a file\n");
    const { OIDC_ISSUER, OIDC_CLIENT_ID } = GOOD;
    const oidc = load({ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET_FILE: file });
    assert.equal(oidc?.clientSecret, "from a file");
  });

  it("take http only from this machine", () => {
    for (const issuer of ["http://127.0.0.1:8080/realms/x", "http://localhost:9000", "http://[::1]:1"])
      assert.equal(load({ ...GOOD, OIDC_ISSUER: issuer })?.issuer, issuer);
    for (const issuer of ["http://id.example.com", "http://10.0.0.1", "http://localhost.example.com", "ftp://x", "id"])
      assert.match(faults({ ...GOOD, OIDC_ISSUER: issuer }).join(), /^OIDC_ISSUER: must/);
  });

  it("name each fault", () => {
    const wrong: [Record<string, string>, RegExp][] = [
      [{ OIDC_ISSUER: "https://id.example.com" }, /OIDC_CLIENT_ID is required.*,OIDC_CLIENT_SECRET is required/],
      [{ OIDC_CLIENT_ID: "x" }, /^OIDC_CLIENT_ID is set, but OIDC_ISSUER is not$/],
      [{ OIDC_ONLY: "1" }, /^OIDC_ONLY is set, but OIDC_ISSUER is not$/],
      [{ ...GOOD, OIDC_ISSUER: "https://login.microsoftonline.com/common/v2.0" }, /OIDC_ISSUER: must name your tenant/],
      [{ ...GOOD, OIDC_ISSUER: "https://x.example/.well-known/openid-configuration" }, /OIDC_ISSUER: is the issuer/],
      [{ ...GOOD, OIDC_SCOPES: "email" }, /OIDC_SCOPES: must have openid/],
      [{ ...GOOD, OIDC_ROLE_MAP: "{" }, /OIDC_ROLE_MAP: must be JSON/],
      [
        { ...GOOD, OIDC_ROLE_MAP: '[{"group":"a","workspace":"w","role":"admin"}]' },
        /OIDC_ROLE_MAP\.0\.workspace: must/,
      ],
      [
        { ...GOOD, OIDC_ROLE_MAP: `[{"group":"a","workspace":"${WORKSPACE}","role":"god"}]` },
        /OIDC_ROLE_MAP\.0\.role: must be one of owner, admin, member, viewer/,
      ],
      [
        { ...GOOD, OIDC_AUTO_JOIN: `[{"domain":"a@b.c","workspace":"${WORKSPACE}","role":"member"}]` },
        /OIDC_AUTO_JOIN\.0\.domain: must be a domain/,
      ],
      [
        { ...GOOD, OIDC_AUTO_JOIN: `[{"domain":"b.c","workspace":"${WORKSPACE}","role":"member","x":1}]` },
        /OIDC_AUTO_JOIN\.0: /,
      ],
      [{ ...GOOD, OIDC_OPERATOR_GROUPS: '"ops"' }, /OIDC_OPERATOR_GROUPS: /],
      [{ ...GOOD, OIDC_LINK_DOMAINS: "all" }, /OIDC_LINK_DOMAINS\.0: must be a domain/],
      [{ ...GOOD, OIDC_ONLY: "yes" }, /OIDC_ONLY: /],
      [{ ...GOOD, OIDC_SESSION_HOURS: "0" }, /OIDC_SESSION_HOURS: /],
      [{ OIDC_SESSION_HOURS: "8" }, /OIDC_SESSION_HOURS is set, but OIDC_ISSUER is not/],
      [{ ...GOOD, OIDC_NAME: "x".repeat(41) }, /OIDC_NAME: must have at most 40/],
      [{ ...GOOD, NODE_ENV: "production", VAULT_KEYS: "a" }, /PUBLIC_URL is required when OIDC_ISSUER is set/],
    ];
    for (const [env, expected] of wrong) assert.match(faults(env).join(), expected, JSON.stringify(env));
  });
});
