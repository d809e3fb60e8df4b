// A collection whose members come and go all the time.

interface Place<T> {
  readonly item: T;
  /** Where it is; -1: taken out. */
  at: number;
}

/**
 * What runs at the moment, in no order. A Set would keep what has left it alive: V8 makes it a new table after as many changes as it
 * holds, and the old ones, once they were promoted, hold the next one and all that was in it until the next full collection. With
 * fifty calls at once that was a quarter of the process's time (OrderedHashTable in V8's src/objects/ordered-hash-table.h).
 */
export class Bag<T> implements Iterable<T> {
  private readonly places: Place<T>[] = [];

  get size(): number {
    return this.places.length;
  }

  /** @returns takes it out again; more than once does no harm */
  add(item: T): () => void {
    const place: Place<T> = { item, at: this.places.length };
    this.places.push(place);
    return () => this.remove(place);
  }

  /** What is in it now: members may come and go meanwhile. */
  [Symbol.iterator](): Iterator<T> {
    return this.places.map(({ item }) => item).values();
  }

  private remove(place: Place<T>): void {
    if (place.at < 0) return;
    // The last one takes its place.
    const last = this.places.pop()!;
    if (last !== place) {
      this.places[place.at] = last;
      last.at = place.at;
    }
    place.at = -1;
  }
}
