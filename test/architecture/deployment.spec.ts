// How Parley is shipped: image, deployment, workflows and lockfile keep their rules, and each rule can be broken.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { test } from "node:test";
import { checkFly, checkImage, checkLock, checkPlaces, checkWorkflow } from "./deployment-rules.js";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const read = (...parts: string[]): string => readFileSync(join(ROOT, ...parts), "utf8");
const manifest = JSON.parse(read("package.json")) as {
  dependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
};
const node = manifest.dependencies["node"] ?? "";
const exists = (path: string): boolean => existsSync(join(ROOT, path));
const dockerfile = read("Dockerfile");
const fly = read("fly.toml");

/** Applies a change that must change something, so that a plant cannot miss its place. */
function planted(text: string, from: string | RegExp, to: string): string {
  const changed = text.replace(from, to);
  assert.notEqual(changed, text, `nothing to change: ${from}`);
  return changed;
}

test("the image is built from the pinned Node, runs as an ordinary user and holds no secret", () => {
  assert.deepEqual(checkImage(dockerfile, { node, exists }), []);
});

const IMAGE_PLANTS: [what: string, from: string | RegExp, to: string][] = [
  ["ARG NODE is not", /^ARG NODE=.*$/m, "ARG NODE=24"],
  ["something else than the pinned Node", /^FROM node:\S+ AS build$/m, "FROM node:latest AS build"],
  ["runs as root", /^USER node$/m, "USER root"],
  ["runs as root", /^USER node$/m, ""],
  ["no health check", /^HEALTHCHECK[^\n]*\n.*$/m, ""],
  ["NODE_ENV is not production", "NODE_ENV=production ", ""],
  ["starts a shell", /^CMD \[.*$/m, "CMD node dist/apps/launcher/main.js"],
  ["ADD can fetch", /^COPY scripts/m, "ADD scripts"],
  ["a secret is in the image", /^EXPOSE/m, "ENV VAULT_KEYS=k1:abc\nEXPOSE"],
  ["a compiler is in the image", "redis-server tini", "redis-server tini g++"],
  ["nowhere is not there", /^COPY scripts scripts/m, "COPY nowhere scripts"],
];
for (const [what, from, to] of IMAGE_PLANTS) {
  test(`an image is refused: ${what}`, () => {
    assert.match(checkImage(planted(dockerfile, from, to), { node, exists }).join("\n"), new RegExp(what));
  });
}

test("what the image does not need stays out of it", () => {
  const ignored = read(".dockerignore").split("\n");
  for (const name of ["**/node_modules", "dist", "data", ".git"]) assert.ok(ignored.includes(name), name);
});

test("the deployment fits the image", () => {
  assert.deepEqual(checkFly(fly, dockerfile), []);
});

const FLY_PLANTS: [what: string, from: string | RegExp, to: string][] = [
  ["build-target", 'build-target = "fly"', 'build-target = "flies"'],
  ["internal_port", "internal_port = 3000", "internal_port = 8080"],
  ["DATA_DIR", 'destination = "/data"', 'destination = "/var/data"'],
  ["SIGTERM", "SIGTERM", "SIGINT"],
  ["kill_timeout", /kill_timeout = \d+/, "kill_timeout = 5"],
  ["https", "force_https = true", "force_https = false"],
  ["may be stopped", 'auto_stop_machines = "off"', 'auto_stop_machines = "stop"'],
  ["readiness", 'path = "/health/ready"', 'path = "/"'],
  ["secret", "[env]", '[env]\n  METRICS_TOKEN = "abc"'],
];
for (const [what, from, to] of FLY_PLANTS) {
  test(`a deployment is refused: ${what}`, () => {
    assert.match(checkFly(planted(fly, from, to), dockerfile).join("\n"), new RegExp(what));
  });
}

const workflows = readdirSync(join(ROOT, ".github", "workflows"));
for (const name of workflows) {
  test(`the workflow ${name} has no more rights and trust than it needs`, () => {
    assert.deepEqual(checkWorkflow(read(".github", "workflows", name)), []);
  });
}

const WORKFLOW_PLANTS: [what: string, from: string | RegExp, to: string][] = [
  ["begin with no permissions", /^permissions: \{\}$/m, "permissions: write-all"],
  ["strangers", /^ {2}pull_request:/m, "  pull_request_target:"],
  ["keeps its credentials", "persist-credentials: false", "persist-credentials: true"],
  ["no time limit", /^ {4}timeout-minutes: .*$/m, ""],
  ["not pinned", /actions\/checkout@[0-9a-f]{40}/, "actions/checkout@v4"],
  ["not pinned", /actions\/checkout@[0-9a-f]{40}/, "actions/checkout@main"],
  ["from outside", /run: \.ci\/run/, 'run: echo "$' + '{{ github.event.pull_request.title }}"'],
];
for (const [what, from, to] of WORKFLOW_PLANTS) {
  test(`a workflow is refused: ${what}`, () => {
    const text = planted(read(".github", "workflows", "ci.yml"), from, to);
    assert.match(checkWorkflow(text).join("\n"), new RegExp(what));
  });
}

test("the lockfile fixes every package's content, and every install script was decided about", () => {
  const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, object> };
  assert.deepEqual(checkLock(packages, manifest.allowScripts), []);
  const plants = {
    "node_modules/loose": { version: "1.0.0" },
    "node_modules/a/node_modules/miner": { version: "1.0.0", integrity: "sha512-x", hasInstallScript: true },
    "node_modules/a-darwin": { version: "1.0.0", optional: true, os: ["darwin"] },
    "node_modules/known": { version: "1.0.0", integrity: "sha512-x", hasInstallScript: true },
  };
  assert.deepEqual(checkLock(plants, { known: false }), [
    "node_modules/loose has no integrity",
    "node_modules/a/node_modules/miner has an install script",
  ]);
});

const NOT_OURS = new Set(["node_modules", "dist", "data", ".git", ".cache", "recordings", "reports", ".stryker-tmp"]);
const TEXT = /\.(ts|tsx|mjs|js|json|md|css|html|yml|toml|sh)$|^(Dockerfile|run|\.npmrc|\.gitignore|\.dockerignore)$/;

function* textsBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!NOT_OURS.has(entry.name)) yield* textsBelow(path);
    } else if (TEXT.test(entry.name)) yield path;
  }
}

test("no file names a place of one machine", () => {
  const paths = [...textsBelow(ROOT)];
  assert.ok(paths.length > 200, `only ${paths.length} files were read`);
  const found = paths.flatMap((path) =>
    checkPlaces(relative(ROOT, path).split(sep).join("/"), readFileSync(path, "utf8")),
  );
  assert.deepEqual(found, []);
  for (const place of [
    ["", "home", "ann", "x"].join("/"),
    ["", "Users", "ann", "x"].join("/"),
    ["", "root", "x"].join("/"),
  ]) {
    assert.deepEqual(checkPlaces("a.ts", `const x = 1;\nread("${place}")`), ["a.ts:2"]);
  }
  assert.deepEqual(checkPlaces("a.ts", "read(`$" + '{folder}/root/x`); open("/usr/bin/x", "./home/ann/x")'), []);
});
