// A message that is followed from a seq: its reader gets what is missing, and the relay knows where it stands.
import assert from "node:assert/strict";
import { it } from "node:test";
import { type AccessService } from "#src/auth/access.service";
import { type Actor } from "#src/auth/actor";
import { type LiveEvent } from "#src/realtime/live-line";
import { Rooms } from "#src/realtime/rooms";
import { type ChatReplay } from "./chat-replay.js";
import { type ChatTree } from "./chat-tree.js";
import { type GenerationsRepository } from "./generations.repository.js";
import { JoinConversation } from "./join-conversation.js";

const actor = { userId: "u", sessionId: "s", workspaceId: "w" } as Actor;
const place = { workspaceId: "w", conversationId: "c", messageId: "m" };
const deltas = [1, 2, 3].map((seq): LiveEvent => ({ ...place, event: "message:delta", attempt: 2, seq, json: "{}" }));

/** Follows a message that runs. @param meanwhile happens while its deltas are read @returns the seqs that were written, and where the relay stands */
async function follow(after: number, logged: readonly LiveEvent[], meanwhile = (_rooms: Rooms) => {}) {
  const rooms = new Rooms();
  const read = async (_id: string, _attempt: number, from: number) => {
    meanwhile(rooms);
    return logged.slice(from);
  };
  const row = { id: "m", conversationId: "c", attempt: 2, completedAt: null };
  const join = new JoinConversation(
    rooms,
    { message: async () => row } as unknown as ChatTree,
    {} as GenerationsRepository,
    { deltas: read } as unknown as ChatReplay,
    { actorIn: async () => actor } as unknown as AccessService,
  );
  const written: number[] = [];
  const reader = { id: "r", userId: "u", sessionId: "s", close: () => undefined };
  await join.message(actor, "m", { ...reader, write: (_event, _json, seq) => written.push(seq) }, after);
  const { attempt, seq } = rooms.get("c")!.cursors.get("m") ?? {};
  return { written, attempt, seq };
}

it("a message of which nothing was heard yet is looked after: its end may be told by the database alone", async () => {
  assert.deepEqual(await follow(0, []), { written: [], attempt: 2, seq: 0 });
});

it("the reader gets what is after its seq; where the relay stands is what there is, not what the reader says", async () => {
  assert.deepEqual(await follow(1, deltas), { written: [2, 3], attempt: 2, seq: 3 });
  assert.deepEqual(await follow(1_000, deltas), { written: [], attempt: 2, seq: 3 });
});

it("what ends while it is read is not looked after any more", async () => {
  const end = (rooms: Rooms) => rooms.get("c")!.ended.add("m");
  assert.deepEqual(await follow(0, deltas, end), { written: [1, 2, 3], attempt: undefined, seq: undefined });
});
