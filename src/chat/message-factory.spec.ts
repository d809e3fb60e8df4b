// Fingerprints of requests, and titles out of first messages.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { requestHash, titleFrom } from "./message-factory.js";

describe("a request's fingerprint", () => {
  it("does not depend on the order of keys, nor on keys that are undefined", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (body) => {
        const turned = Object.fromEntries(Object.entries(body).reverse());
        assert.equal(requestHash("send", body), requestHash("send", { ...turned, neverSent: undefined }));
      }),
    );
  });

  it("depends on every value, and on what is asked", () => {
    const body = { content: "a", params: { temperature: 1 } };
    assert.notEqual(requestHash("send", body), requestHash("send", { ...body, content: "b" }));
    assert.notEqual(requestHash("send", body), requestHash("send", { ...body, params: { temperature: 0 } }));
    assert.notEqual(requestHash("send", body), requestHash("edit", body));
  });
});

describe("a title", () => {
  it("is the first words, without markup, of any text", () => {
    assert.equal(titleFrom("# Explain   Bayes\nwith coins"), "Explain Bayes with coins");
    assert.equal(titleFrom("  \n "), "New conversation");
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (content) => {
        const title = titleFrom(content);
        assert.ok(title.length >= 1 && title.length <= 61);
        assert.ok(!/[\n\r]/.test(title));
      }),
    );
  });
});
