// Judges a history by the promises of the public contract §5. Knows nothing of the product; checker.spec.ts judges the checker.
import type { History, Row, Seen } from "./history.js";

const TERMINAL = new Set(["completed", "stopped", "interrupted", "failed"]);
/** A dead worker's messages are ended or begun again within this, ms. */
const TAKEOVER_MS = 8_000;

/** Every broken promise, in words; none for a good history. */
export function violations(history: History): string[] {
  return [
    ...accepted(history),
    ...endings(history),
    ...Object.entries(history.clients).flatMap(([client, seen]) => clientSaw(client, seen, history.reads[1])),
    ...money(history),
    ...(history.takeoverMs !== null && history.takeoverMs > TAKEOVER_MS
      ? [`takeover took ${history.takeoverMs} ms`]
      : []),
  ];
}

function accepted({ acked, reads }: History): string[] {
  return acked.flatMap(({ userMessageId, assistantMessageId }) =>
    [userMessageId, assistantMessageId].flatMap((id) => {
      const count = reads[1].filter((row) => row.id === id).length;
      return count === 1 ? [] : [`${id} was acked and is there ${count} times`];
    }),
  );
}

function endings({ reads: [first, second] }: History): string[] {
  return second.flatMap((row) => {
    if (!TERMINAL.has(row.status)) return [`${row.id} is stuck in ${row.status}`];
    const before = first.find(({ id }) => id === row.id);
    if (!before || !TERMINAL.has(before.status)) return [];
    const same = before.status === row.status && before.content === row.content && before.attempt === row.attempt;
    return same ? [] : [`${row.id} changed after its end: ${before.status} → ${row.status}`];
  });
}

function clientSaw(client: string, seen: readonly Seen[], rows: readonly Row[]): string[] {
  const faults: string[] = [];
  for (const messageId of new Set(seen.map((event) => event.messageId))) {
    const row = rows.find(({ id }) => id === messageId);
    const events = seen.filter((event) => event.messageId === messageId);
    if (!row) faults.push(`${client} saw ${messageId}, which is not there`);
    else faults.push(...streamOf(events, row).map((fault) => `${client}, ${messageId}: ${fault}`));
  }
  return faults;
}

function streamOf(events: readonly Seen[], row: Row): string[] {
  const faults: string[] = [];
  let [attempt, seq, text] = [1, 0, ""];
  const ends = events.filter((event) => event.kind === "end");
  for (const event of events) {
    if (event.kind === "end") continue;
    if (event.attempt !== attempt) {
      if (event.attempt < attempt) faults.push(`attempt ${event.attempt} after ${attempt}`);
      if (text !== "") faults.push("began anew after output was seen");
      [attempt, seq, text] = [event.attempt, 0, ""];
    }
    if (event.kind === "restarted") continue;
    if (event.seq !== seq + 1) faults.push(`seq ${event.seq} after ${seq}`);
    seq = event.seq;
    text += event.text;
  }
  if (!row.content.startsWith(text)) faults.push("saw text that the message does not begin with");
  for (const end of ends) {
    if (end.status !== row.status || end.content !== row.content)
      faults.push(`ended as ${end.status}, is ${row.status}`);
  }
  if (ends.length > 1) faults.push(`ended ${ends.length} times`);
  if (ends.length > 0 && text !== row.content) faults.push("the deltas joined are not the content");
  return faults;
}

function money({ ledger, billed }: History): string[] {
  const faults = billed.flatMap(({ generationId, costUsd }) => {
    const rows = ledger.filter((row) => row.generationId === generationId);
    if (rows.length !== 1) return [`${generationId} was billed and has ${rows.length} rows`];
    return rows[0]?.costUsd === costUsd ? [] : [`${generationId} cost ${costUsd}, the ledger says ${rows[0]?.costUsd}`];
  });
  const known = new Set(billed.map(({ generationId }) => generationId));
  const invented = ledger.filter(
    ({ generationId, costUsd }) => costUsd !== null && costUsd !== "0" && !known.has(generationId ?? ""),
  );
  return [...faults, ...invented.map(({ generationId }) => `${generationId} was never billed`)];
}
