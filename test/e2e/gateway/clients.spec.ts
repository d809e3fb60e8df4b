// Real client libraries, unchanged, against the gateway: what they rely on (openrouter-contract §7) holds.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { HumanMessage } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import { createOpenRouter } from "@openrouter/ai-sdk-provider";
import { OpenRouter } from "@openrouter/sdk";
import { APICallError, generateText, jsonSchema, Output, streamText, tool } from "ai";
import OpenAI from "openai";
import { Stage } from "./stage.js";

const MODEL = "openai/gpt-4o-mini";
const messages = [{ role: "user" as const, content: "Hi" }];
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] } as const;
const schema = {
  type: "object",
  properties: { city: { type: "string" }, people: { type: "integer" } },
  required: ["city", "people"],
  additionalProperties: false,
} as const;

describe("client libraries against the gateway", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage?.close());

  /** The text of `sim/tokens:n`. */
  const tokens = (n: number) => Array.from({ length: n }, (_, i) => `t${i}`).join(" ");

  describe("openai", () => {
    const client = (apiKey = stage.key.token) => new OpenAI({ apiKey, baseURL: stage.baseURL, maxRetries: 0 });

    it("gets an answer, its cost and a request id", async () => {
      const { data, request_id } = await client()
        .chat.completions.create({ model: "sim/tokens:9", messages })
        .withResponse();
      assert.equal(data.choices[0]?.message.content?.trim(), tokens(9));
      assert.equal(typeof (data.usage as unknown as { cost: number }).cost, "number");
      assert.ok(request_id);
    });

    it("gets answers in the form of Responses, streamed and not, with tools, and its errors", async () => {
      const { responses } = client();
      const whole = await responses.create({ model: "sim/tokens:9", input: "Hi", instructions: "Be short." });
      assert.equal(whole.output_text.trim(), tokens(9));
      assert.equal(whole.usage?.output_tokens, 9);
      let text = "";
      let last: string | undefined;
      for await (const event of await responses.create({ model: "sim/tokens:9", input: "Hi", stream: true })) {
        if (event.type === "response.output_text.delta") text += event.delta;
        last = event.type;
      }
      assert.deepEqual([text.trim(), last], [tokens(9), "response.completed"]);
      const spoken = await responses.stream({ model: "sim/tokens:9", input: "Hi" }).finalResponse();
      assert.equal(spoken.output_text.trim(), tokens(9));
      const weather = { type: "function" as const, name: "get_weather", parameters, strict: false };
      const called = await responses.create({ model: "sim/tool", input: "Hi", tools: [weather] });
      assert.ok(called.output.some(({ type }) => type === "function_call"));
      await assert.rejects(responses.create({ model: "sim/429-provider", input: "Hi" }), OpenAI.RateLimitError);
      const rows = (await stage.ledger()).slice(0, 5);
      assert.ok(
        rows.some(({ completionTokens }) => completionTokens === 9),
        JSON.stringify(rows),
      );
    });

    it("streams, by iteration and by its helper", async () => {
      let text = "";
      let usage: unknown;
      for await (const chunk of await client().chat.completions.create({
        model: "sim/tokens:20",
        messages,
        stream: true,
        stream_options: { include_usage: true },
      })) {
        text += chunk.choices[0]?.delta.content ?? "";
        usage = chunk.usage ?? usage;
      }
      assert.equal(text.trim(), tokens(20));
      assert.ok(usage);
      const whole = await client().chat.completions.stream({ model: "sim/tokens:20", messages }).finalChatCompletion();
      assert.equal(whole.choices[0]?.message.content?.trim(), tokens(20));
    });

    it("calls tools and gets structured output", async () => {
      const tools = [{ type: "function" as const, function: { name: "weather", parameters } }];
      const called = await client()
        .chat.completions.stream({ model: "sim/tool:2", messages, tools })
        .finalChatCompletion();
      assert.deepEqual(
        called.choices[0]?.message.tool_calls?.map((call) => call.type === "function" && call.function.name),
        ["weather", "weather"],
      );
      const answer = await client().chat.completions.create({
        model: "sim/schema",
        messages,
        response_format: { type: "json_schema", json_schema: { name: "town", strict: true, schema } },
      });
      assert.equal(typeof JSON.parse(answer.choices[0]?.message.content ?? "").city, "string");
    });

    it("lists models, finds one by its slashed id, and embeds", async () => {
      const ids = (await client().models.list()).data.map(({ id, object, owned_by }) => [id, object, owned_by]);
      assert.ok(ids.length > 100);
      assert.ok(ids.some(([id, object, owner]) => id === MODEL && object === "model" && owner === "openai"));
      assert.equal((await client().models.retrieve(MODEL)).id, MODEL);
      const input = ["one", "two"];
      const { data } = await client().embeddings.create({ model: "openai/text-embedding-3-small", input });
      assert.deepEqual([data.length, data[0]?.embedding.length], [2, 1536]);
    });

    it("finds models for embeddings by their ids, and lists them when they are asked for", async () => {
      const embedder = "openai/text-embedding-3-small";
      assert.equal((await client().models.retrieve(embedder)).id, embedder);
      const ids = async (query: Record<string, string>) =>
        (await client().models.list({ query })).data.map(({ id }) => id);
      assert.ok(!(await ids({})).includes(embedder));
      const embedders = await ids({ output_modalities: "embeddings" });
      assert.ok(embedders.includes(embedder) && !embedders.includes(MODEL));
      const all = await ids({ output_modalities: "all" });
      assert.ok(all.includes(embedder) && all.includes(MODEL));
    });

    it("stops when it is aborted", async () => {
      const stream = await client().chat.completions.create({
        model: "sim/tokens:3000,rate:80",
        messages,
        stream: true,
      });
      for await (const _ of stream) break;
      await stage.until(async () =>
        (await stage.app.simulator.journal()).find(
          ({ model, outcome }) => model === "sim/tokens:3000,rate:80" && outcome === "aborted",
        ),
      );
    });

    const classes: [string, new (...args: never[]) => Error][] = [
      ["sim/400-param", OpenAI.BadRequestError],
      ["sim/401", OpenAI.AuthenticationError],
      ["sim/403-moderation", OpenAI.PermissionDeniedError],
      ["sim/404-endpoints", OpenAI.NotFoundError],
      ["sim/429-provider", OpenAI.RateLimitError],
      ["sim/500", OpenAI.InternalServerError],
      ["sim/502-html", OpenAI.InternalServerError],
      ["sim/529", OpenAI.InternalServerError],
      ["sim/402-credits", OpenAI.APIError],
      ["sim/200-error", OpenAI.APIError],
      ["sim/reset-before", OpenAI.InternalServerError],
    ];
    for (const [model, type] of classes)
      for (const stream of [false, true])
        it(`throws ${type.name} for ${model}${stream ? ", streamed" : ""}`, async () => {
          await assert.rejects(client().chat.completions.create({ model, messages, stream }), (error: unknown) => {
            assert.ok(error instanceof type, `${error}`);
            const { status, code, message } = error as InstanceType<typeof OpenAI.APIError>;
            assert.equal(Number(code), status);
            assert.doesNotMatch(message, /sk-or|\[object/);
            return true;
          });
        });

    it("throws for a wrong key, and for a stream that breaks after its text so far", async () => {
      await assert.rejects(client("pk_wrong").models.list(), OpenAI.AuthenticationError);
      let text = "";
      await assert.rejects(async () => {
        for await (const chunk of await client().chat.completions.create({
          model: "sim/tokens:20,rate:200,end,after:5",
          messages,
          stream: true,
        }))
          text += chunk.choices[0]?.delta.content ?? "";
      }, OpenAI.APIError);
      assert.equal(text.trim(), tokens(5));
    });
  });

  describe("@openrouter/sdk", () => {
    const client = () =>
      new OpenRouter({ apiKey: stage.key.token, serverURL: stage.baseURL, retryConfig: { strategy: "none" } });

    it("answers and streams through its strict schemas", async () => {
      const whole = await client().chat.send({ chatRequest: { model: "sim/tokens:9", messages, stream: false } });
      assert.ok("choices" in whole);
      assert.equal(String(whole.choices[0]?.message.content).trim(), tokens(9));
      let text = "";
      const stream = await client().chat.send({ chatRequest: { model: "sim/tokens:20", messages, stream: true } });
      assert.ok(!("choices" in stream));
      for await (const chunk of stream) {
        assert.equal(chunk.error, undefined);
        text += chunk.choices[0]?.delta.content ?? "";
      }
      assert.equal(text.trim(), tokens(20));
    });

    it("takes answers that the provider sent without a field that it cannot do without", async () => {
      const whole = await client().chat.send({ chatRequest: { model: "replay/usage-1", messages, stream: false } });
      assert.ok("choices" in whole);
      assert.equal(whole.systemFingerprint, null);
    });

    it("lists the models", async () => {
      const ids: string[] = [];
      for await (const { result } of await client().models.list({ limit: 100 }))
        ids.push(...result.data.map(({ id }) => id));
      assert.ok(ids.includes(MODEL));
      assert.equal(new Set(ids).size, ids.length);
    });

    it("throws its own classes", async () => {
      for (const [model, name] of [
        ["sim/401", "UnauthorizedResponseError"],
        ["sim/402-credits", "PaymentRequiredResponseError"],
        ["sim/429-provider", "TooManyRequestsResponseError"],
        ["sim/500", "InternalServerResponseError"],
      ]) {
        await assert.rejects(
          client().chat.send({ chatRequest: { model: model!, messages, stream: false } }),
          (error: Error) =>
            error.constructor.name === name || assert.fail(`${model}: ${error.constructor.name} ${error.message}`),
        );
      }
    });
  });

  const sdk = {
    "@openrouter/ai-sdk-provider": (model: string) =>
      createOpenRouter({ apiKey: stage.key.token, baseURL: stage.baseURL }).chat(model),
    "@ai-sdk/openai-compatible": (model: string) =>
      createOpenAICompatible({
        name: "parley",
        apiKey: stage.key.token,
        baseURL: stage.baseURL,
        includeUsage: true,
        supportsStructuredOutputs: true,
      }).chatModel(model),
  };
  for (const [name, model] of Object.entries(sdk)) {
    describe(name, () => {
      it("answers and streams, with usage", async () => {
        const whole = await generateText({ model: model("sim/tokens:9"), prompt: "Hi" });
        assert.equal(whole.text.trim(), tokens(9));
        assert.equal(whole.usage.outputTokens, 9);
        const streamed = streamText({ model: model("sim/tokens:20"), prompt: "Hi" });
        assert.equal((await streamed.text).trim(), tokens(20));
        assert.equal((await streamed.usage).outputTokens, 20);
      });

      it("calls tools and gets structured output", async () => {
        const tools = { weather: tool({ inputSchema: jsonSchema<{ city: string }>(parameters) }) };
        const called = streamText({ model: model("sim/tool:1"), prompt: "Hi", tools });
        assert.deepEqual(
          (await called.toolCalls).map(({ toolName }) => toolName),
          ["weather"],
        );
        const { output } = await generateText({
          model: model("sim/schema"),
          prompt: "Hi",
          output: Output.object({ schema: jsonSchema<{ city: string }>(schema) }),
        });
        assert.equal(typeof output.city, "string");
      });

      it("throws APICallError with the status", async () => {
        for (const [id, status] of [
          ["sim/400-param", 400],
          ["sim/401", 401],
          ["sim/429-provider", 429],
          ["sim/503", 503],
        ] as const)
          await assert.rejects(generateText({ model: model(id), prompt: "Hi", maxRetries: 0 }), (error: unknown) => {
            assert.ok(APICallError.isInstance(error), `${error}`);
            assert.equal(error.statusCode, status);
            return true;
          });
      });

      it("reports a stream that breaks", async () => {
        let seen: unknown;
        const streamed = streamText({
          model: model("sim/tokens:20,rate:200,reset,after:5"),
          prompt: "Hi",
          maxRetries: 0,
          onError: ({ error }) => {
            seen = error;
          },
        });
        for await (const _ of streamed.textStream);
        assert.ok(seen);
      });
    });
  }

  describe("@langchain/openai", () => {
    const chat = (model: string, apiKey = stage.key.token) =>
      new ChatOpenAI({ model, apiKey, maxRetries: 0, configuration: { baseURL: stage.baseURL } });

    it("answers and streams, with usage", async () => {
      const whole = await chat("sim/tokens:9").invoke([new HumanMessage("Hi")]);
      assert.equal(String(whole.content).trim(), tokens(9));
      let text = "";
      let output: number | undefined;
      for await (const chunk of await chat("sim/tokens:20").stream("Hi")) {
        text += String(chunk.content);
        output = chunk.usage_metadata?.output_tokens ?? output;
      }
      assert.deepEqual([text.trim(), output], [tokens(20), 20]);
    });

    it("calls tools and gets structured output", async () => {
      const bound = chat("sim/tool:1").bindTools([{ type: "function", function: { name: "weather", parameters } }]);
      assert.deepEqual(
        (await bound.invoke("Hi")).tool_calls?.map(({ name }) => name),
        ["weather"],
      );
      const structured = chat("sim/schema").withStructuredOutput(
        { title: "town", ...schema },
        { method: "jsonSchema" },
      );
      assert.equal(typeof (await structured.invoke("Hi"))["city"], "string");
    });

    it("throws what openai throws, and knows a context that is too long", async () => {
      await assert.rejects(chat("sim/plain", "pk_wrong").invoke("Hi"), {
        status: 401,
        lc_error_code: "MODEL_AUTHENTICATION",
      });
      await assert.rejects(chat("sim/429-provider").invoke("Hi"), { status: 429 });
      await assert.rejects(chat("sim/400-context").invoke("Hi"), /maximum context length/);
      await assert.rejects(async () => {
        for await (const _ of await chat("sim/tokens:20,rate:200,end,after:5").stream("Hi"));
      });
    });
  });
});
