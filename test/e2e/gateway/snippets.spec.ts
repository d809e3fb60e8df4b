// The snippets of the gateway's page, run as they are shown.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { type Snippet, snippets } from "../../../apps/web/features/gateway/snippets.js";
import { Stage } from "./stage.js";

const run = promisify(execFile);
/** Below the repository, so that its packages are found. */
const FOLDER = import.meta.dirname;

describe("the snippets of the gateway's page", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage?.close());

  const codeOf = (id: Snippet["id"]) =>
    snippets(stage.baseURL, "sim/tokens:5").find((snippet) => snippet.id === id)?.code ?? assert.fail(id);

  it("curl", async () => {
    const env = { ...process.env, PARLEY_API_KEY: stage.key.token };
    const { stdout } = await run("bash", ["-c", codeOf("curl").replace("curl ", "curl -s ")], { env });
    assert.match(stdout, /"content":"t0 t1 t2 t3 t4/);
  });

  it("of programs in Docker reach a server on the same machine, and one that is not", () => {
    const codeAt = (id: Snippet["id"], baseUrl: string) =>
      snippets(baseUrl, "a/b").find((snippet) => snippet.id === id)?.code ?? assert.fail(id);
    for (const local of ["http://127.0.0.1:3000/v1", "http://localhost:3000/v1", "http://[::1]:3000/v1"]) {
      assert.match(codeAt("openWebUi", local), /--network=host .*\n.*OPENAI_API_BASE_URL="http:\/\/[^"]+:3000\/v1"/);
      assert.match(codeAt("libreChat", local), /host\.docker\.internal/);
    }
    const away = "https://parley.example/v1";
    assert.match(codeAt("openWebUi", away), /-p 8080:8080 /);
    // LibreChat takes no file without its version.
    assert.match(codeAt("libreChat", away), /^# .*\nversion: "1\.3\.\d+"\ncache: true\nendpoints:\n/);
    assert.match(codeAt("libreChat", away), /baseURL: "https:\/\/parley\.example\/v1"/);
  });

  for (const id of ["node", "aiSdk", "langchain"] as const) {
    it(id, async () => {
      const file = join(FOLDER, `snippet-${id}-${process.pid}.mjs`);
      await writeFile(file, codeOf(id));
      try {
        const env = { ...process.env, PARLEY_API_KEY: stage.key.token };
        const { stdout } = await run(process.execPath, [file], { env });
        assert.equal(stdout.trim(), "t0 t1 t2 t3 t4");
      } finally {
        await rm(file);
      }
    });
  }
});
