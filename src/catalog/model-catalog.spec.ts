// The catalog on a real Redis and database, against a provider that answers, changes, breaks, talks nonsense or is silent.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { type Model } from "#libs/openrouter/index";
import { RedisClients } from "#libs/redis/index";
import { World } from "../../test/app/world.js";
import { readModels } from "./catalog.js";
import { CatalogRepository } from "./catalog.repository.js";
import { FRESH_MS } from "./catalog-cache.js";
import { ModelCatalog } from "./model-catalog.js";

const aModel = (id: string, prompt = "0.000001", more: object = {}): object => ({
  id,
  name: id,
  pricing: { prompt, completion: "0.000005" },
  architecture: { input_modalities: ["text"], output_modalities: ["text"] },
  ...more,
});

for (const kind of ["sqlite", "postgres"] as const)
  describe(`the catalog (${kind})`, () => {
    let provider: Server;
    let world: World;
    let asked = 0;
    let answer: (response: ServerResponse) => void;
    let processes = 1;

    const lists = (...models: object[]) => {
      answer = (response) =>
        void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data: models }));
    };
    const says = (status: number, text: string) => {
      answer = (response) => void response.writeHead(status, { "content-type": "text/html" }).end(text);
    };
    /** A process that remembers nothing. */
    const aProcess = async (): Promise<ModelCatalog> => {
      const app = await world.launch();
      processes += 1;
      return app.get(ModelCatalog, { strict: false });
    };
    /** As after `ageMs`: the copy of the database is so old, and Redis has lost its own. */
    const later = async (ageMs: number) => {
      await world.get(Database).execute("UPDATE catalog_copy SET fetched_at = ?", [Date.now() - ageMs]);
      await world.get(RedisClients).main.flushall();
    };
    /** Until a renewal in the background is through. */
    const until = async (what: () => Promise<boolean>) => {
      while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 20));
    };

    before(async () => {
      provider = createServer((_request, response) => {
        asked += 1;
        answer(response);
      }).listen(0, "127.0.0.1");
      await once(provider, "listening");
      const { port } = provider.address() as AddressInfo;
      world = await World.start({ OPENROUTER_BASE_URL: `http://127.0.0.1:${port}/api/v1` }, kind);
    });
    after(async () => {
      await world.stop();
      provider.closeAllConnections();
      provider.close();
    });

    it("is not there while no provider has ever answered, and says so at once", async () => {
      says(500, "no");
      const catalog = await aProcess();
      await assert.rejects(catalog.listing(), { status: 503 });
      const before = asked;
      await assert.rejects((await aProcess()).listing(), { status: 503 });
      assert.equal(asked, before, "another process leaves a failing provider alone");
      await world.get(RedisClients).main.flushall();
    });

    it("asks the provider once for many readers in many processes", async () => {
      lists(
        aModel("b/two"),
        aModel("a/one"),
        aModel("c/vectors", "0.1", { architecture: { output_modalities: ["embeddings"] } }),
      );
      asked = 0;
      const readers = [await aProcess(), await aProcess(), await aProcess()];
      const seen = await Promise.all(readers.flatMap((reader) => [reader.listing(), reader.listing()]));
      assert.equal(asked, 1);
      for (const { models, stale } of seen) {
        assert.deepEqual(
          models.map(({ id }) => id),
          ["a/one", "b/two"],
        );
        assert.equal(stale, false);
      }
      assert.equal((await readers[0]!.find("c/vectors"))?.pricing.promptUsd, "0.1");
      const [key] = await world.get(RedisClients).main.keys("*:models:*");
      const left = await world.get(RedisClients).main.pttl(key!);
      assert.ok(left > FRESH_MS - 60_000 && left <= FRESH_MS, `${left}`);
    });

    it("is the last good one when Redis is empty and the provider is down, talks nonsense or lists nothing", async () => {
      const faults: [number, string][] = [
        [503, "<html>down</html>"],
        [200, "<html>welcome</html>"],
        [200, '{"data":"none"}'],
        [200, '{"data":[]}'],
        [200, '{"data":[{"id":7},null,"x",{"name":"nameless"}]}'],
      ];
      for (const [status, text] of faults) {
        says(status, text);
        await later(FRESH_MS + 60_000);
        const { models, asOf, stale } = await (await aProcess()).listing();
        assert.deepEqual(
          models.map(({ id }) => id),
          ["a/one", "b/two"],
          text,
        );
        assert.ok(Date.now() - asOf > FRESH_MS && stale, text);
      }
    });

    it("does not wait for a provider that is silent", async () => {
      answer = () => undefined;
      await later(FRESH_MS + 60_000);
      const started = performance.now();
      const { stale } = await (await aProcess()).listing();
      assert.ok(stale && performance.now() - started < 5_000);
    });

    it("serves the old list while it is renewed, then the new one to every process", async () => {
      lists(aModel("a/one", "0.000002"), aModel("d/four"));
      const good = answer;
      const held: ServerResponse[] = [];
      answer = (response) => void held.push(response);
      await later(FRESH_MS + 1);
      const reader = await aProcess();
      assert.deepEqual(
        (await reader.listing()).models.map(({ id }) => id),
        ["a/one", "b/two"],
      );
      answer = good;
      for (const response of held) good(response);
      await until(async () => !(await reader.listing()).stale);
      assert.deepEqual(
        (await reader.listing()).models.map(({ id }) => id),
        ["a/one", "d/four"],
      );
      assert.deepEqual(
        (await (await aProcess()).listing()).models.map(({ id }) => id),
        ["a/one", "d/four"],
      );
    });

    it("keeps what a model has cost: a change is a new row, and one that is gone has an end", async () => {
      const kept = world.get(CatalogRepository);
      const [now, then] = await kept.prices("a/one", 10);
      assert.deepEqual([now?.pricing.promptUsd, then?.pricing.promptUsd], ["0.000002", "0.000001"]);
      assert.equal(now?.validUntil, null);
      assert.equal(then?.validUntil, now?.validFrom);
      const at = then!.validUntil!;
      assert.equal((await kept.pricesAt("a/one", at - 1))?.promptUsd, "0.000001");
      assert.equal((await kept.pricesAt("a/one", at))?.promptUsd, "0.000002");
      assert.equal(await kept.pricesAt("a/one", then!.validFrom - 1), null);
      assert.notEqual((await kept.prices("b/two", 10))[0]?.validUntil, null);
      assert.equal(await kept.pricesAt("b/two", Date.now()), null);
    });

    it("writes nothing when nothing has changed, and nothing that is older", async () => {
      const kept = world.get(CatalogRepository);
      const rows = () => world.get(Database).query("SELECT * FROM model_prices ORDER BY id");
      const before = await rows();
      const source = (await world.get(Database).one<{ source: string }>("SELECT source FROM catalog_copy"))!.source;
      const { models } = (await kept.last(source))!;
      await kept.keep(source, { asOf: Date.now() + 5, models });
      assert.deepEqual(await rows(), before);
      await kept.keep(source, { asOf: 5, models: [] });
      assert.deepEqual(await rows(), before);
      assert.equal((await kept.last(source))?.models.length, models.length);
    });

    it("is not another provider's", async () => {
      assert.equal(await world.get(CatalogRepository).last("another"), null);
      assert.ok(processes > 1);
    });
  });

describe("entries of a catalog", () => {
  it("are read when they have odd parts, once each, without prices that are none", () => {
    const odd = [
      { id: "a/odd", name: 7, context_length: "many", pricing: null, architecture: [], supported_parameters: "all" },
      { id: "a/odd", name: "again" },
      { id: "with space" },
      { id: `a/${"x".repeat(300)}` },
      { id: "b/nul", description: "a\0b\ud800", created: 1e30, top_provider: { max_completion_tokens: -1 } },
    ] as unknown as Model[];
    const [first, second, ...rest] = readModels(odd);
    assert.equal(rest.length, 0);
    assert.deepEqual([first?.name, first?.contextLength, first?.pricing.promptUsd], ["a/odd", null, null]);
    assert.deepEqual([second?.description, second?.createdAt, second?.maxCompletionTokens], ["ab\ufffd", null, null]);
  });
});
