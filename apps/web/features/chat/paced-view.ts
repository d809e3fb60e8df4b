// A message's stream at a pace that the page can draw: tokens come in when they come, React hears of them now and then.
import { type MessageStore, type MessageView, Store, type Watchable } from "@parley/client";

/** Never oftener than this, ms: painting, not parsing, is what streaming costs. */
const MIN_WAIT_MS = 50;
/** On a slow machine, at most this late, ms. */
const MAX_WAIT_MS = 250;
/** A flush may use a fifth of the time: four parts of waiting for one of work. */
const WAIT_PER_COST = 4;
/** How much the newest measured cost weighs. */
const SMOOTHING = 0.3;

/** How long to wait after a flush that cost this much, ms. */
export function waitFor(smoothedCostMs: number): number {
  return Math.min(MAX_WAIT_MS, Math.max(MIN_WAIT_MS, WAIT_PER_COST * smoothedCostMs));
}

/** All streams of the page share one measured cost: it is the machine that is slow, not the message. */
let smoothedCostMs = 0;

function measureFlush(flush: () => void): void {
  const start = performance.now();
  flush();
  // A message comes back after layout and paint of this frame.
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    smoothedCostMs += SMOOTHING * (performance.now() - start - smoothedCostMs);
  };
  port2.postMessage(null);
}

class PacedView implements Watchable<MessageView> {
  private readonly shown: Store<MessageView>;
  private listeners = 0;
  private stop: (() => void) | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private frame: number | undefined;
  private lastFlush = 0;

  constructor(private readonly source: MessageStore) {
    this.shown = new Store(source.getSnapshot());
  }

  readonly getSnapshot = (): MessageView => {
    // Nobody listens: nothing was flushed meanwhile, so what is shown first must be the present state.
    if (this.listeners === 0) this.shown.set(this.source.getSnapshot());
    return this.shown.getSnapshot();
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    const end = this.shown.subscribe(listener);
    this.listeners += 1;
    if (this.listeners === 1) this.listen();
    return () => {
      end();
      this.listeners -= 1;
      if (this.listeners === 0) this.unlisten();
    };
  };

  private listen(): void {
    const ended = this.source.subscribe(() => this.onChange());
    document.addEventListener("visibilitychange", this.onVisible);
    this.stop = () => {
      ended();
      document.removeEventListener("visibilitychange", this.onVisible);
    };
    if (this.source.getSnapshot() !== this.shown.getSnapshot()) this.onChange();
  }

  private unlisten(): void {
    this.stop?.();
    this.cancel();
  }

  private readonly onVisible = (): void => {
    if (!document.hidden) this.flush();
  };

  private onChange(): void {
    const now = this.source.getSnapshot();
    const before = this.shown.getSnapshot();
    // The end, and the first words, are shown at once.
    if (now.ended || before.text === "" || now.attempt !== before.attempt) {
      this.flush();
      return;
    }
    if (document.hidden || this.timer !== undefined || this.frame !== undefined) return;
    const wait = this.lastFlush + waitFor(smoothedCostMs) - performance.now();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.frame = requestAnimationFrame(() => {
        this.frame = undefined;
        measureFlush(() => this.flush());
      });
    }, wait);
  }

  private flush(): void {
    this.cancel();
    this.lastFlush = performance.now();
    this.shown.set(this.source.getSnapshot());
  }

  private cancel(): void {
    clearTimeout(this.timer);
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.timer = undefined;
    this.frame = undefined;
  }
}

const views = new WeakMap<MessageStore, Watchable<MessageView>>();

/** The paced view of a message; the same object for the same message. */
export function pacedView(source: MessageStore): Watchable<MessageView> {
  const known = views.get(source) ?? new PacedView(source);
  views.set(source, known);
  return known;
}
