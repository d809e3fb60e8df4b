// A value that can be watched; its two methods fit React's useSyncExternalStore.

/** What a view needs: the same object until something changed, and to be told when it did. */
export interface Watchable<T> {
  /** @returns the function that ends the subscription */
  subscribe(listener: () => void): () => void;
  getSnapshot(): T;
}

/** A watchable value. Both methods may be passed around without their object. */
export class Store<T> implements Watchable<T> {
  private readonly listeners = new Set<() => void>();

  constructor(private value: T) {}

  readonly getSnapshot = (): T => this.value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** Takes a new value and tells the listeners, unless it is the same object. */
  set(value: T): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const listener of [...this.listeners]) listener();
  }

  /** Changes some members of an object value. */
  patch(part: Partial<T>): void {
    this.set({ ...this.value, ...part });
  }
}
