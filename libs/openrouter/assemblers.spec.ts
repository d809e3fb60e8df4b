// Tool calls and reasoning details joined from their pieces.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ReasoningDetailAssembler, ToolCallAssembler } from "./assemblers.js";

test("pieces of parallel calls are told apart by their index", () => {
  const calls = new ToolCallAssembler();
  calls.add([{ index: 1, id: "b", type: "function", function: { name: "second", arguments: "" } }]);
  calls.add([{ index: 0, id: "a", type: "function", function: { name: "first", arguments: '{"x"' } }]);
  calls.add([
    { index: 1, function: { arguments: "{}" } },
    { index: 0, function: { arguments: ":1}" } },
  ]);
  calls.add([{ index: 0, id: "other", function: { name: "renamed", arguments: null } }]);
  assert.deepEqual(calls.calls(), [
    { id: "a", type: "function", function: { name: "first", arguments: '{"x":1}' } },
    { id: "b", type: "function", function: { name: "second", arguments: "{}" } },
  ]);
});

test("without an index a new id begins a new call", () => {
  const calls = new ToolCallAssembler();
  calls.add([{ id: "a", function: { name: "f", arguments: "1" } }]);
  calls.add([{ function: { arguments: "2" } }]);
  calls.add([{ id: "b", function: { name: "g", arguments: "3" } }]);
  calls.add([{ id: "a", function: { arguments: "4" } }]);
  const joined = calls.calls().map((call) => [call.id, call.function.name, call.function.arguments]);
  assert.deepEqual(joined, [
    ["a", "f", "124"],
    ["b", "g", "3"],
  ]);
});

test("a call without an id gets one, so that its result can be sent back", () => {
  const calls = new ToolCallAssembler();
  calls.add([
    { index: 0, function: { name: "f", arguments: "{}" } },
    { index: 1, function: { name: "g" } },
  ]);
  assert.deepEqual(
    calls.calls().map((call) => call.id),
    ["call_0", "call_1"],
  );
});

test("reasoning text is joined, its signature kept, encrypted blocks stay apart", () => {
  const details = new ReasoningDetailAssembler();
  details.add([{ type: "reasoning.text", text: "We ", index: 0, format: null }]);
  details.add([{ type: "reasoning.text", text: "think", index: 0, format: "anthropic-claude-v1" }]);
  details.add([{ type: "reasoning.text", signature: "sig", index: 0 }]);
  details.add([{ type: "reasoning.encrypted", data: "AA", id: "rs_1", index: 1 }]);
  details.add([{ type: "reasoning.encrypted", data: "BB", id: "rs_2", index: 1 }]);
  details.add([{ type: "reasoning.text", text: "!", index: 0 }]);
  assert.deepEqual(details.all(), [
    { type: "reasoning.text", text: "We think!", index: 0, format: "anthropic-claude-v1", signature: "sig" },
    { type: "reasoning.encrypted", data: "AA", id: "rs_1", index: 1 },
    { type: "reasoning.encrypted", data: "BB", id: "rs_2", index: 1 },
  ]);
});

test("details of one delta do not change the event that brought them", () => {
  const first = { type: "reasoning.summary", summary: "a", index: 0 };
  const details = new ReasoningDetailAssembler();
  details.add([first]);
  details.add([{ type: "reasoning.summary", summary: "b", index: 0 }]);
  assert.equal(first.summary, "a");
  assert.deepEqual(details.all(), [{ type: "reasoning.summary", summary: "ab", index: 0 }]);
});
