// What a form of a platform key sends: everything of a new one, and of another only what differs.
import type { ApiKey } from "@parley/client";
import { describe, expect, it } from "vitest";
import { changesOf, inputOf, type KeyValues, textsOf } from "./key-values";

const NOW = Date.parse("2026-11-29T00:00:00Z");
const KEY: ApiKey = {
  ...{ id: "k", name: "Report", masked: "pk_…a1b2", userId: "u", userName: "Ann", scopes: ["read", "gateway"] },
  ...{ models: ["a", "b"], budgetUsd: "12.5", budgetPeriod: "day", requestsPerMinute: 60 },
  ...{ expiresAt: "2027-01-01T00:00:00Z", createdAt: "2026-01-01T00:00:00Z", lastUsedAt: null },
};
const SAME: KeyValues = {
  ...{ name: "Report", scopes: ["gateway", "read"], expiry: "keep", requestsPerMinute: 60 },
  ...{ budgetUsd: "12.5", budgetPeriod: "day", models: ["b", "a"] },
};
const OFFERED = ["read", "chat", "gateway"] as const;
const changes = (more: Partial<KeyValues>, key = KEY) => changesOf(key, { ...SAME, ...more }, OFFERED, NOW);

describe("the form of a platform key", () => {
  it("reads what is typed: empty is no limit, models stand apart by spaces, commas or lines", () => {
    const form = new FormData();
    for (const [name, text] of [
      ["name", " Report "],
      ["requestsPerMinute", "60"],
      ["budgetUsd", " 12.50 "],
      ["models", "a, b\nb  c"],
    ] as const)
      form.set(name, text);
    expect(textsOf(form)).toEqual({
      ...{ name: "Report", requestsPerMinute: 60, budgetUsd: "12.50", models: ["a", "b", "c"] },
    });
    expect(textsOf(new FormData())).toEqual({ name: "", requestsPerMinute: null, budgetUsd: null, models: null });
  });

  it("sends everything of a new key, and a period only with a budget", () => {
    expect(inputOf({ ...SAME, expiry: "30" }, NOW)).toEqual({
      ...{ name: "Report", scopes: ["gateway", "read"], requestsPerMinute: 60, models: ["b", "a"] },
      ...{ budgetUsd: "12.5", budgetPeriod: "day", expiresAt: "2026-12-29T00:00:00.000Z" },
    });
    expect(inputOf({ ...SAME, expiry: "never", budgetUsd: null }, NOW)).toMatchObject({
      ...{ budgetUsd: null, budgetPeriod: null, expiresAt: null },
    });
  });

  it("sends nothing of a key that is as it was, whatever the order", () => {
    expect(changes({})).toEqual({});
    const bare: ApiKey = { ...KEY, expiresAt: null, budgetUsd: null, budgetPeriod: null, models: null };
    expect(changes({ expiry: "never", budgetUsd: null, budgetPeriod: "month", models: null }, bare)).toEqual({});
  });

  it("sends each change alone", () => {
    expect(changes({ name: "Other" })).toEqual({ name: "Other" });
    expect(changes({ scopes: ["read"] })).toEqual({ scopes: ["read"] });
    expect(changes({ expiry: "never" })).toEqual({ expiresAt: null });
    expect(changes({ expiry: "90" })).toEqual({ expiresAt: "2027-02-27T00:00:00.000Z" });
    expect(changes({ requestsPerMinute: null })).toEqual({ requestsPerMinute: null });
    expect(changes({ budgetUsd: "13" })).toEqual({ budgetUsd: "13", budgetPeriod: "day" });
    expect(changes({ budgetPeriod: "total" })).toEqual({ budgetUsd: "12.5", budgetPeriod: "total" });
    expect(changes({ budgetUsd: null })).toEqual({ budgetUsd: null, budgetPeriod: null });
    expect(changes({ models: null })).toEqual({ models: null });
    expect(changes({ models: ["a"] })).toEqual({ models: ["a"] });
  });

  it("leaves scopes that the account may not give as long as the others stay, and drops them with a change", () => {
    const wide: ApiKey = { ...KEY, scopes: ["read", "gateway", "audit.read"] };
    expect(changes({}, wide)).toEqual({});
    expect(changes({ scopes: ["read"] }, wide)).toEqual({ scopes: ["read"] });
    expect(changesOf(wide, { ...SAME, scopes: ["read"] }, undefined, NOW)).toEqual({});
  });
});
