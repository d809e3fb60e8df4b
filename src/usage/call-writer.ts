// Writes to the ledger, many in one transaction: whoever waits, waits for one commit together with all others.
import { setTimeout as sleep } from "node:timers/promises";
import { Injectable } from "@nestjs/common";
import { Database, newId } from "#libs/database/index";
import {
  type CallEnd,
  type GenerationOfCall,
  type NewCall,
  ProviderCallsRepository,
} from "./provider-calls.repository.js";
import { type Spender } from "./spending-counters.js";

/** Most writes of one transaction: while it runs, other processes wait for the write lock. */
const AT_ONCE = 200;
/** What nobody waits for goes with the next commit, or by itself after this, ms: half of all commits is saved. */
const LATER_MS = 20;
/** So many writes at once are a rush: then a commit begins this long after the one before, ms, so that more of them share it. */
const RUSH = 8;
const RUSH_MS = 3;
/** In a transaction that has begun: which of these callers have a budget that counts them. */
export type Counting = (spenders: readonly Spender[]) => Promise<readonly boolean[]>;

/** A call that begins. */
export type OpeningCall = NewCall & Spender;

/** What is to be written. */
type Entry =
  | { kind: "open"; id: string; call: OpeningCall; counting: Counting }
  | { kind: "cached"; id: string; call: NewCall }
  | { kind: "generation"; id: string; generation: GenerationOfCall }
  | ({ kind: "end" } & CallEnd);

interface Write {
  entry: Entry;
  /** @param isWritten false: the entry was not to be written after all */
  resolve: (isWritten: boolean) => void;
  reject: (error: unknown) => void;
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
  ) {}

  /**
   * Opens a row, unless a budget counts the call: that has to be asked first, and by itself.
   * @param counting asked in the transaction that opens the row, for all rows of it together; one and the same for all calls
   * @returns its id once no kill of a process can lose it; null: a budget counts it, nothing was opened
   */
  async open(call: OpeningCall, counting: Counting): Promise<string | null> {
    const id = newId();
    return (await this.write({ kind: "open", id, call, counting })) ? id : null;
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

  private write(entry: Entry): Promise<boolean> {
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
        const refused = await this.commit(batch.map(({ entry }) => entry));
        this.tell(batch, refused);
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
  private tell(batch: readonly Write[], refused: ReadonlySet<Entry>): void {
    const [opened, others] = [batch.filter(isOpening), batch.filter((write) => !isOpening(write))];
    for (const { entry, resolve } of opened) resolve(!refused.has(entry));
    if (others.length === 0) return;
    this.db.onDisk().then(
      () => {
        for (const { resolve } of others) resolve(true);
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
      await written.then((refused) => this.tell([write], refused), write.reject);
    }
  }

  /** @returns what was not to be written after all */
  private commit(entries: readonly Entry[]): Promise<ReadonlySet<Entry>> {
    const of = <K extends Entry["kind"]>(kind: K) =>
      entries.filter((entry): entry is Extract<Entry, { kind: K }> => entry.kind === kind);
    const [opening, cached, generations, ends] = [of("open"), of("cached"), of("generation"), of("end")];
    return this.db.transaction(async () => {
      const counted = (await opening[0]?.counting(opening.map(({ call }) => call))) ?? [];
      await this.calls.beginAll(opening.filter((_, n) => !counted[n]));
      for (const { call, id } of cached) await this.calls.fromCache(call, id);
      await this.calls.setGenerations(generations);
      await this.calls.endAll(ends);
      return new Set(opening.filter((_, n) => counted[n]));
    }, "committed");
  }
}

const isOpening = ({ entry }: Write): boolean => entry.kind === "open";
