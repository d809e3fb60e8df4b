// What `GET /generation` knows of each call, and from when on.
import type { JsonObject } from "../wire/json.js";

/** A settled call. `data` is the body of `/generation`; numbers of money in it are exact literals. */
export type GenerationRecord = {
  readonly id: string;
  /** Fingerprint of the key that made the call; others get 404. */
  readonly key: string;
  /** Unix ms from which on it is visible; null = never. */
  readonly visibleAt: number | null;
  readonly data: JsonObject;
};

const RECORDS_KEPT = 50_000;

/** The last 50,000 records by generation id. */
export class Generations {
  private readonly records = new Map<string, GenerationRecord>();

  add(record: GenerationRecord): void {
    this.records.set(record.id, record);
    if (this.records.size <= RECORDS_KEPT) return;
    const oldest = this.records.keys().next().value;
    if (oldest !== undefined) this.records.delete(oldest);
  }

  /** The record, when this key may see it and it has appeared. */
  find(id: string, key: string, now: number): GenerationRecord | undefined {
    const record = this.records.get(id);
    const visible = record && record.key === key && record.visibleAt !== null && record.visibleAt <= now;
    return visible ? record : undefined;
  }

  /** The record, whoever asks and whenever. */
  get(id: string): GenerationRecord | undefined {
    return this.records.get(id);
  }

  /** All records, for `/activity`. */
  all(): Iterable<GenerationRecord> {
    return this.records.values();
  }

  reset(): void {
    this.records.clear();
  }
}
