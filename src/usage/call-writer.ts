// Writes to the ledger, many in one transaction: whoever waits, waits for one commit together with all others.
import { setTimeout as sleep } from "node:timers/promises";
import { Injectable } from "@nestjs/common";
import { Database, newId } from "#libs/database/index";
import { type Asking, type Gate, type Opened, type Passage } from "./gate.js";
import { type HeldCounters } from "./held-counters.js";
import {
  type CallEnd,
  type GenerationOfCall,
  type NewCall,
  ProviderCallsRepository,
} from "./provider-calls.repository.js";
import { SpendingCounters } from "./spending-counters.js";
import { type Spender } from "./subjects.js";

/** Most writes of one transaction: while it runs, other processes wait for the write lock. */
const AT_ONCE = 200;
/** What nobody waits for goes with the next commit, or by itself after this, ms: half of all commits is saved. */
const LATER_MS = 20;
/** So many writes at once are a rush: then a commit begins this long after the one before, ms, so that more of them share it. */
const RUSH = 8;
const RUSH_MS = 3;

/** A call that begins. */
export type OpeningCall = NewCall & Spender;

/** What is to be written. */
type Entry =
  | { kind: "open"; id: string; call: OpeningCall; ask: unknown; gate: Gate<unknown, Passage> }
  | { kind: "cached"; id: string; call: NewCall }
  | { kind: "generation"; id: string; generation: GenerationOfCall }
  | ({ kind: "end" } & CallEnd);

type Opening = Extract<Entry, { kind: "open" }>;

interface Write {
  entry: Entry;
  /** @param passage of a call that asked to begin */
  resolve: (passage: Passage | undefined) => void;
  reject: (error: unknown) => void;
}

/** Others have taken what was to be seen: nothing is written. */
class OvertakenError extends Error {
  constructor(readonly passage: Passage) {
    super("overtaken");
  }
}

@Injectable()
export class CallWriter {
  private queue: Write[] = [];
  private patient: Write[] = [];
  private running = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly db: Database,
    private readonly calls: ProviderCallsRepository,
    private readonly counters: SpendingCounters,
  ) {}

  /**
   * Opens the row of a call that may begin, and holds what it may cost, together with all that ask at the same time.
   * @param gate one and the same for all calls
   * @returns once no kill of a process can lose it
   */
  async open<Ask, P extends Passage>(call: OpeningCall, ask: Ask, gate: Gate<Ask, P>): Promise<Opened<P>> {
    const id = newId();
    const passage = (await this.write({ kind: "open", id, call, ask, gate: gate as Gate<unknown, P> })) as P;
    return { callId: passage.admitted ? id : null, passage };
  }

  /**
   * The same for a call whose row is opened together with other things, by itself.
   * @param row opens it in the transaction that runs, or finds it. @returns its id
   */
  async openWith<Ask, P extends Passage>(
    row: () => Promise<string>,
    { spender, ask }: Asking<Ask>,
    gate: Gate<Ask, P>,
  ): Promise<Opened<P>> {
    const passageIn = async (counters: HeldCounters) => (await gate([{ spender, ask }], counters))[0]!;
    const seen = await passageIn(await this.counters.peek(spender));
    // Most of those that have to wait are found without a write.
    if (!seen.admitted) return { callId: null, passage: seen };
    const opened = this.db.transaction(async (): Promise<Opened<P>> => {
      const callId = await row();
      const held = await this.counters.hold([spender]);
      const passage = await passageIn(held);
      if (!passage.admitted) throw new OvertakenError(passage);
      if (passage.held !== null) await this.counters.note(callId, passage.held);
      await this.counters.write(held);
      return { callId, passage };
    });
    return opened.catch((error: unknown) => {
      if (error instanceof OvertakenError) return { callId: null, passage: error.passage as P };
      throw error;
    });
  }

  /** Writes the row of a call that a kept answer has answered. @returns its id once it is on the disk */
  async fromCache(call: NewCall): Promise<string> {
    const id = newId();
    await this.write({ kind: "cached", id, call });
    return id;
  }

  /** Notes the provider's id of the generation. @returns once it is on the disk */
  async setGeneration(id: string, generation: GenerationOfCall): Promise<void> {
    await this.write({ kind: "generation", id, generation });
  }

  /** Ends a row. @returns once it is on the disk */
  async end(end: CallEnd): Promise<void> {
    await this.write({ kind: "end", ...end });
  }

  /** As {@link end}, where no answer waits for it: it goes along with the next write for which one does. */
  endLater(end: CallEnd): Promise<void> {
    return new Promise((resolve, reject) => {
      this.patient.push({ entry: { kind: "end", ...end }, resolve: () => resolve(), reject });
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        if (this.patient.length > 0) this.begin();
      }, LATER_MS);
    });
  }

  private write(entry: Entry): Promise<Passage | undefined> {
    return new Promise((resolve, reject) => {
      this.queue.push({ entry, resolve, reject });
      this.begin();
    });
  }

  private begin(): void {
    if (this.running) return;
    this.running = true;
    // What is wanted in the same turn of the event loop goes together.
    setImmediate(() => void this.drain());
  }

  private async drain(): Promise<void> {
    do {
      const began = performance.now();
      const urgent = this.queue.splice(0, AT_ONCE);
      const batch = [...urgent, ...this.patient.splice(0, AT_ONCE - urgent.length)];
      try {
        this.tell(batch, await this.commit(batch.map(({ entry }) => entry)));
      } catch {
        await this.oneByOne(batch);
      }
      const left = began + RUSH_MS - performance.now();
      if (batch.length >= RUSH && left > 0) await sleep(left);
    } while (this.queue.length > 0 || (this.patient.length > 0 && this.timer === undefined));
    this.running = false;
  }

  /**
   * An open row tells nothing of a cost until the provider's id of the generation is known: that no kill can lose it is enough.
   * The others are told once theirs outlasts a power cut; the next batch is written meanwhile.
   */
  private tell(batch: readonly Write[], passages: ReadonlyMap<Entry, Passage>): void {
    const others = batch.filter(({ entry, resolve }) => {
      if (entry.kind === "open") resolve(passages.get(entry));
      return entry.kind !== "open";
    });
    if (others.length === 0) return;
    this.db.onDisk().then(
      () => {
        for (const { resolve } of others) resolve(undefined);
      },
      (error: unknown) => {
        for (const { reject } of others) reject(error);
      },
    );
  }

  /** One of them failed and took the others along: each is written once more by itself. */
  private async oneByOne(batch: readonly Write[]): Promise<void> {
    for (const write of batch) {
      const written = this.commit([write.entry]);
      await written.then((passages) => this.tell([write], passages), write.reject);
    }
  }

  /** @returns what the gate has said of the calls that want to begin */
  private commit(entries: readonly Entry[]): Promise<ReadonlyMap<Entry, Passage>> {
    const of = <K extends Entry["kind"]>(kind: K) =>
      entries.filter((entry): entry is Extract<Entry, { kind: K }> => entry.kind === kind);
    const [opening, cached, generations, ends] = [of("open"), of("cached"), of("generation"), of("end")];
    return this.db.transaction(async () => {
      for (const { call, id } of cached) await this.calls.fromCache(call, id);
      await this.calls.setGenerations(generations);
      if (opening.length === 0 && ends.length === 0) return new Map();
      const held = await this.counters.hold([
        ...opening.map(({ call }) => call),
        ...ends.map(({ spender }) => spender),
      ]);
      // What ends makes room for what begins.
      const late = await this.calls.endAll(ends, held);
      const passages = await this.pass(opening, held);
      await this.counters.write(held);
      await this.calls.endLate(late);
      return passages;
    }, "committed");
  }

  /** Opens the rows of those that may begin. */
  private async pass(opening: readonly Opening[], held: HeldCounters): Promise<Map<Entry, Passage>> {
    const [first] = opening;
    if (!first) return new Map();
    const passages = await first.gate(
      opening.map(({ call, ask }) => ({ spender: call, ask })),
      held,
    );
    const rows = opening.map(({ id, call }, n) => ({ id, call, passage: passages[n]! }));
    await this.calls.beginAll(
      rows.filter(({ passage }) => passage.admitted).map(({ passage, ...row }) => ({ ...row, held: passage.held })),
    );
    return new Map(opening.map((entry, n) => [entry, passages[n]!]));
  }
}
