// Real exchanges with OpenRouter, replayed through the whole product: text, tool calls, reasoning and cost come out as recorded.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { DeltaStream } from "#libs/client/index";
import type { Account } from "../app/account.js";
import type { App } from "../app/app.js";
import { ask } from "./ask.js";
import { plainDecimal } from "./decimal.js";

const FOLDER = join(import.meta.dirname, "..", "..", "..", "apps", "simulator", "data", "recordings");

interface Call {
  id: string;
  function: { name: string; arguments: string };
}
interface Piece {
  content?: string | null;
  reasoning?: string | null;
  reasoning_details?: { text?: string | null; summary?: string | null }[] | null;
  tool_calls?: { index?: number; id?: string; function?: { name?: string; arguments?: string } }[] | null;
}
interface Body {
  choices?: { delta?: Piece; message?: Piece; finish_reason?: string | null }[];
  error?: object;
}
/** What a recording says was answered. */
interface Recorded {
  text: string;
  reasoning: string;
  toolCalls: Call[];
  finishReason: string | null;
  /** Plain decimal; null when the recording has none. */
  costUsd: string | null;
  failed: boolean;
}

const chats = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".json"))
  .map((file) => ({ name: file.slice(0, -".json".length), source: readFileSync(join(FOLDER, file), "utf8") }))
  .filter(({ source }) => (JSON.parse(source) as { path: string }).path.endsWith("/chat/completions"));

/** Where `reasoning` is missing, the details hold what can be read of it; elsewhere they repeat it. */
function readable(details: Piece["reasoning_details"]): string {
  return (details ?? []).map(({ text, summary }) => text ?? summary ?? "").join("");
}

/** Reads a recording with nothing of the product's code. */
function recorded(source: string): Recorded {
  const { response, status } = JSON.parse(source) as { response: unknown; status: number };
  const bodies: Body[] =
    typeof response === "string"
      ? [...response.matchAll(/^data: ?(\{.*\})\r?$/gm)].map(([, json = ""]) => JSON.parse(json) as Body)
      : [response as Body];
  const costs = [...(typeof response === "string" ? response : source).matchAll(/"cost":\s*([-+\d.eE]+)/g)];
  const calls = new Map<number, Call>();
  const answer: Recorded = {
    text: "",
    reasoning: "",
    toolCalls: [],
    finishReason: null,
    costUsd: null,
    failed: status >= 400,
  };
  for (const body of bodies) {
    if (body.error) answer.failed = true;
    for (const choice of body.choices ?? []) {
      const piece = choice.delta ?? choice.message ?? {};
      answer.text += piece.content ?? "";
      answer.reasoning += piece.reasoning || readable(piece.reasoning_details);
      answer.finishReason ??= choice.finish_reason ?? null;
      for (const [place, part] of (piece.tool_calls ?? []).entries()) {
        const call = calls.get(part.index ?? place) ?? { id: "", function: { name: "", arguments: "" } };
        call.id ||= part.id ?? "";
        call.function.name ||= part.function?.name ?? "";
        call.function.arguments += part.function?.arguments ?? "";
        calls.set(part.index ?? place, call);
      }
    }
  }
  const cost = costs.at(-1)?.[1];
  return { ...answer, toolCalls: [...calls.values()], costUsd: cost === undefined ? null : plainDecimal(cost) };
}

export function recordings(theApp: () => App): void {
  describe("a recorded exchange", () => {
    let user: Account;

    before(async () => {
      user = await theApp().aUser();
    });

    for (const { name, source } of chats) {
      const expected = recorded(source);
      it(`${expected.failed ? "fails as recorded" : "comes out as recorded"}: ${name}`, async () => {
        const { heard, assistantMessage } = await ask(user, `replay/${name}`);
        const { event, message } = await heard.end(assistantMessage.id);
        if (expected.failed) {
          assert.equal(
            event,
            expected.text === "" && expected.reasoning === "" ? "message:failed" : "message:interrupted",
          );
          assert.equal(message.content, expected.text);
          assert.ok(message.error?.code);
          return;
        }
        assert.equal(event, "message:completed", JSON.stringify(message.error));
        assert.equal(message.content, expected.text);
        assert.equal(message.reasoning ?? "", expected.reasoning);
        assert.deepEqual(
          (message.toolCalls ?? []).map(({ id, function: called }) => ({ id, function: called })),
          expected.toolCalls,
        );
        assert.equal(message.finishReason, expected.finishReason);
        if (expected.costUsd !== null) assert.equal(message.costUsd, expected.costUsd);
        const assembled = new DeltaStream();
        for (const delta of heard.deltas(message.id)) assert.equal(assembled.apply(delta), "applied");
        assert.deepEqual([assembled.text, assembled.reasoning], [message.content, message.reasoning ?? ""]);
      });
    }

    it("is there at all", () => {
      assert.ok(chats.length >= 50, `only ${chats.length} recordings`);
    });
  });
}
