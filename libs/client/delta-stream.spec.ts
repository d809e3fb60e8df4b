// Whatever the network drops, repeats or cuts, the deltas of a message come together as they were sent.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { DeltaStream } from "./delta-stream.js";
import type { MessageDelta } from "./events.js";
import { MessageBook } from "./message-book.js";
import { aMessage } from "./message-fixture.js";
import type { Message } from "./types.js";

const ID = "0190f5fe-7c00-7a00-8000-000000000001";

type Piece = Pick<MessageDelta, "text" | "reasoning" | "toolCalls">;

const piece: fc.Arbitrary<Piece> = fc.oneof(
  fc.record({ text: fc.string({ minLength: 1, unit: "grapheme" }) }),
  fc.record({ reasoning: fc.string({ minLength: 1 }) }),
  fc
    .record({ index: fc.nat(2), function: fc.record({ arguments: fc.string() }) })
    .map((call) => ({ toolCalls: [call] })),
);

/** What the network does with the server's next event, or with the connection. */
type Fault = "deliver" | "drop" | "repeat" | "old" | "reconnect";
const fault = fc.constantFrom<Fault>("deliver", "deliver", "deliver", "drop", "repeat", "old", "reconnect");

function logOf(pieces: Piece[], attempt: number): MessageDelta[] {
  return pieces.map((part, index) => ({ messageId: ID, attempt, seq: index + 1, ...part }));
}

function assistant(part: Partial<Message> = {}): Message {
  return aMessage({ id: ID, ...part });
}

/** Plays a log through faults as the server would: a resume is answered with everything after the named seq. */
function play(book: MessageBook, log: MessageDelta[], faults: Fault[]): { seen: number[]; resumes: number } {
  const seen: number[] = [];
  let resumes = 0;
  let next = 0;
  const deliver = (delta: MessageDelta): void => {
    const outcome = book.delta(delta);
    if (outcome === "applied") seen.push(delta.seq);
    if (outcome === "gap") resume();
  };
  const resume = (): void => {
    resumes += 1;
    const after = book.positions()[ID] ?? 0;
    for (const delta of log.slice(after, next)) deliver(delta);
  };
  for (const kind of faults) {
    if (kind === "reconnect") resume();
    else if (kind === "old" && next > 0) deliver(log[Math.floor(next / 2)] as MessageDelta);
    else if (next < log.length) {
      const delta = log[next] as MessageDelta;
      next += 1;
      if (kind !== "drop") deliver(delta);
      if (kind === "repeat") deliver(delta);
    }
  }
  next = log.length;
  resume();
  return { seen, resumes };
}

describe("a stream of deltas", () => {
  it("is whole and in order after any drops, repeats and reconnects", () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fault, { maxLength: 120 }),
        fc.integer({ min: 1, max: 3 }),
        (pieces, faults, attempt) => {
          const log = logOf(pieces, attempt);
          const book = new MessageBook();
          book.put(assistant());
          const { seen } = play(book, log, faults);
          const view = book.store(ID)?.getSnapshot();
          assert.deepEqual(
            seen,
            log.map(({ seq }) => seq),
          );
          assert.equal(view?.text, pieces.map(({ text }) => text ?? "").join(""));
          assert.equal(view?.reasoning, pieces.map(({ reasoning }) => reasoning ?? "").join(""));
          for (const call of view?.toolCalls ?? []) {
            const parts = pieces
              .flatMap(({ toolCalls }) => toolCalls ?? [])
              .filter(({ index }) => index === call.index);
            assert.equal(call.function.arguments, parts.map((part) => part.function?.arguments ?? "").join(""));
          }
        },
      ),
    );
  });

  it("never shows text that is not a prefix of the whole", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1 }), { maxLength: 30 }),
        fc.array(fault, { maxLength: 80 }),
        (texts, faults) => {
          const book = new MessageBook();
          book.put(assistant());
          const whole = texts.join("");
          let longest = 0;
          const stop = book.store(ID)?.subscribe(() => {
            const text = book.store(ID)?.getSnapshot().text ?? "";
            assert.ok(whole.startsWith(text));
            assert.ok(text.length >= longest);
            longest = text.length;
          });
          play(
            book,
            logOf(
              texts.map((text) => ({ text })),
              1,
            ),
            faults,
          );
          stop?.();
          assert.equal(longest, whole.length);
        },
      ),
    );
  });

  it("reports a gap exactly when something before is missing", () => {
    const [one, two, three] = logOf([{ text: "a" }, { text: "b" }, { text: "c" }], 1) as [
      MessageDelta,
      MessageDelta,
      MessageDelta,
    ];
    const stream = new DeltaStream();
    assert.equal(stream.apply(two), "gap");
    assert.equal(stream.apply(one), "applied");
    assert.equal(stream.apply(three), "gap");
    assert.equal(stream.apply(one), "repeat");
    assert.equal(stream.apply(two), "applied");
    assert.equal(stream.apply(three), "applied");
    assert.equal(stream.text, "abc");
  });

  it("starts afresh with a new attempt and drops what an earlier one still sends", () => {
    const stream = new DeltaStream();
    stream.apply({ messageId: ID, attempt: 1, seq: 1, text: "old" });
    assert.equal(stream.apply({ messageId: ID, attempt: 2, seq: 1, text: "new" }), "applied");
    assert.equal(stream.apply({ messageId: ID, attempt: 1, seq: 2, text: "zombie" }), "repeat");
    assert.equal(stream.restart(2), false);
    assert.equal(stream.text, "new");
  });

  it("takes the final row as the truth, once", () => {
    const stream = new DeltaStream();
    stream.apply({ messageId: ID, attempt: 1, seq: 1, text: "He" });
    assert.equal(stream.end(assistant({ status: "completed", content: "Hello" })), true);
    assert.equal(stream.end(assistant({ status: "failed", content: "" })), false);
    assert.equal(stream.apply({ messageId: ID, attempt: 1, seq: 2, text: "llo" }), "repeat");
    assert.equal(stream.text, "Hello");
  });
});

describe("the messages of a conversation", () => {
  const at = (n: number): string => `0190f5fe-7c00-7a00-8000-00000000000${n}`;

  it("shows the branch of the newest message, and keeps the other one", () => {
    const book = new MessageBook();
    book.created(assistant({ id: at(1), role: "user", status: "completed" }));
    book.created(assistant({ id: at(2), parentId: at(1), status: "completed" }));
    book.created(assistant({ id: at(3), parentId: at(1) }));
    assert.deepEqual(
      book.branch().map(({ id }) => id),
      [at(1), at(3)],
    );
    assert.deepEqual(
      book.siblings(at(2)).map(({ id }) => id),
      [at(2), at(3)],
    );
    assert.equal(book.streaming()?.id, at(3));
  });

  it("never lets a live row replace a terminal one", () => {
    const book = new MessageBook();
    book.put(assistant({ status: "completed", content: "done" }));
    assert.equal(book.put(assistant({ status: "streaming", content: "do" })), false);
    assert.equal(book.store(ID)?.getSnapshot().text, "done");
    assert.deepEqual(book.live(), []);
  });

  it("tells only the listeners of the message whose text grew", () => {
    const book = new MessageBook();
    book.put(assistant({ id: at(1) }));
    book.put(assistant({ id: at(2) }));
    const told = { one: 0, two: 0 };
    book.store(at(1))?.subscribe(() => (told.one += 1));
    book.store(at(2))?.subscribe(() => (told.two += 1));
    book.delta({ messageId: at(2), attempt: 1, seq: 1, text: "x" });
    assert.deepEqual(told, { one: 0, two: 1 });
  });
});
