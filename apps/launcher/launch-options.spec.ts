// When the simulator stands in, and when a Redis of our own is started.
import assert from "node:assert/strict";
import { test } from "node:test";
import { launchOptions } from "./launch-options.js";

test("the simulator stands in only where no provider is configured", () => {
  assert.equal(launchOptions({}).simulator, true);
  for (const name of ["OPENROUTER_API_KEY", "OPENROUTER_API_KEY_FILE", "OPENROUTER_BASE_URL"]) {
    assert.equal(launchOptions({ [name]: "x" }).simulator, false, name);
    assert.equal(launchOptions({ [name]: "" }).simulator, true, `empty ${name}`);
  }
  assert.equal(launchOptions({ PARLEY_SIMULATOR: "0" }).simulator, false);
  assert.equal(launchOptions({ NODE_ENV: "production" }).simulator, false);
});

test("a Redis of the operator's is used, by address or by file", () => {
  assert.equal(launchOptions({}).redisUrl, undefined);
  assert.equal(launchOptions({ REDIS_URL: "" }).redisUrl, undefined);
  assert.equal(launchOptions({ REDIS_URL: "redis://there" }).redisUrl, "redis://there");
  assert.ok(launchOptions({ REDIS_URL_FILE: "/run/secrets/redis" }).redisUrl);
});
