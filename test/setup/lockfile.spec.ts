// What `npm run lock` adds to a lockfile from which npm left out platform packages.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

interface Lock {
  packages: Record<string, object>;
}

const script = join(import.meta.dirname, "..", "..", "..", "scripts", "complete-lockfile.mjs");
const { completeLockfile } = (await import(pathToFileURL(script).href)) as {
  completeLockfile(lock: Lock): { added: string[]; unknown: string[] };
};

function aLock(): Lock {
  const platforms = { "tool-linux-x64": "1.2.3", "tool-darwin-arm64": "1.2.3", "tool-windows-x64-gnu": "1.2.3" };
  return {
    packages: {
      "": {},
      "node_modules/tool": {
        version: "1.2.3",
        dev: true,
        optionalDependencies: { ...platforms, "tool-any": "^1.0.0" },
      },
      "node_modules/tool-linux-x64": { version: "1.2.3", integrity: "sha512-real", os: ["linux"], cpu: ["x64"] },
    },
  };
}

test("missing platform packages are added with what their name says", () => {
  const lock = aLock();
  const { added, unknown } = completeLockfile(lock);
  assert.deepEqual(added, ["tool-darwin-arm64@1.2.3", "tool-windows-x64-gnu@1.2.3"]);
  assert.deepEqual(unknown, ["tool-any@^1.0.0"]);
  const darwin = { version: "1.2.3", cpu: ["arm64"], os: ["darwin"], dev: true, optional: true };
  assert.deepEqual(lock.packages["node_modules/tool-darwin-arm64"], darwin);
  const windows = lock.packages["node_modules/tool-windows-x64-gnu"] as { os: string[] };
  assert.deepEqual(windows.os, ["win32"]);
});

test("what is there stays as it is, and a second run adds nothing", () => {
  const lock = aLock();
  completeLockfile(lock);
  assert.deepEqual(lock.packages["node_modules/tool-linux-x64"], aLock().packages["node_modules/tool-linux-x64"]);
  const before = JSON.stringify(lock);
  assert.deepEqual(completeLockfile(lock).added, []);
  assert.equal(JSON.stringify(lock), before);
});
