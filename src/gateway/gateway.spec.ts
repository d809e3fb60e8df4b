// What a request may hold, what a fault of the provider may tell, and the usage chunk that nobody asked for.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { toOpenAiError } from "#libs/errors/index";
import { errorFromAnswer, ProviderError } from "#libs/openrouter/index";
import { errorEvent } from "./error-event.js";
import { HideUsage } from "./hide-usage.js";
import { redacted, UpstreamError } from "./upstream-error.js";

const chunk = (rest: string) => `data: {"id":"x","object":"chat.completion.chunk",${rest}}`;
const TEXT = chunk('"choices":[{"index":0,"delta":{"content":"\\"choices\\":[] \u{1f980}"},"finish_reason":null}]');
const STOP = chunk('"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null');
const USAGE = chunk('"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}');

describe("the usage chunk that the client did not ask for", () => {
  it("is taken out, and nothing else, however the bytes are cut and lines end", () => {
    const end = fc.constantFrom("\n\n", "\r\n\r\n");
    fc.assert(
      fc.property(end, fc.array(fc.nat(2_000), { maxLength: 20 }), (eol, cuts) => {
        const stream = (events: string[]) => Buffer.from(events.map((event) => event + eol).join(""));
        const bytes = stream([": comment", TEXT, STOP, USAGE, "data: [DONE]"]);
        const at = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
        const filter = new HideUsage();
        const out = at.slice(1).map((to, n) => filter.push(bytes.subarray(at[n], to)));
        const expected = stream([": comment", TEXT, STOP, "data: [DONE]"]);
        assert.ok(Buffer.concat([...out, filter.end()]).equals(expected));
      }),
    );
  });
});

describe("a fault of the provider", () => {
  const SECRET = "sk-or-v1-0123456789abcdef";
  const upstream = (status: number, error: object) => {
    const body = JSON.stringify({ error });
    return new UpstreamError(errorFromAnswer({ status, headers: {}, body, generationId: null }), {
      body,
      secret: SECRET,
    });
  };

  it("is told in the provider's words where they are about the request, never with a key", () => {
    const shown = upstream(400, {
      code: 400,
      message: `temperature is too high for ${SECRET}, Bearer abcdefgh and pk_abcdefgh`,
      metadata: { raw: `{"key":"${SECRET}"}`, provider_name: "Acme" },
    });
    const text = JSON.stringify(toOpenAiError(shown));
    assert.match(text, /temperature is too high for \[redacted\]/);
    assert.match(text, /"provider_name":"Acme"/);
    assert.doesNotMatch(text, /0123456789|abcdefgh/);
  });

  it("about our key is told in our words", () => {
    const { status, message } = upstream(401, { code: 401, message: `No user for ${SECRET}` });
    assert.deepEqual([status, message], [401, "The provider refused the key. Check or replace it."]);
  });

  it("without a status is 502, or 504 when time ran out", () => {
    const about = { phase: "before_headers", billed: "no", generationId: null } as const;
    assert.equal(new UpstreamError(new ProviderError("connection_failed", about)).status, 502);
    assert.equal(new UpstreamError(new ProviderError("first_byte_timeout", about)).status, 504);
    assert.equal(new UpstreamError(new ProviderError("invalid_response", { ...about, status: 302 })).status, 502);
  });

  it("leaves no key in any text", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        assert.ok(!redacted(`${before} ${SECRET} ${after}`, SECRET).includes(SECRET));
      }),
    );
  });

  it("in a stream of the Responses form is an event of that form", () => {
    const error = toOpenAiError(upstream(502, { code: 502, message: "x" }));
    const event = errorEvent("responses", error, { id: null, model: "m" });
    const [, name, data] = /\n\nevent: (\w+)\ndata: (.*)\n\n$/.exec(event) ?? [];
    assert.deepEqual([name, (JSON.parse(data!) as { type: string }).type], ["error", "error"]);
  });
});
