// What arrived: when each token was written by the upstream, and how long it took to get here.

/** Collects the tokens of one run. All times in ms. */
export class Arrivals {
  readonly firstAfterSend: number[] = [];
  private readonly latencies: number[] = [];
  private readonly sentAt = new Map<number, number>();
  private late = 0;
  count = 0;

  constructor(private readonly inTimeMs = 1_000) {}

  sent(stream: number): void {
    this.sentAt.set(stream, performance.now());
  }

  /** @param text one or more tokens: epoch ms, each followed by a blank */
  token(stream: number, text: string): void {
    const now = Date.now();
    const sent = this.sentAt.get(stream);
    if (sent !== undefined) {
      this.firstAfterSend.push(performance.now() - sent);
      this.sentAt.delete(stream);
    }
    for (const stamp of text.split(" ")) {
      if (stamp === "") continue;
      const latency = now - Number(stamp);
      this.count += 1;
      if (latency > this.inTimeMs) this.late += 1;
      this.latencies.push(latency);
    }
  }

  /** @param expected tokens that the upstream wrote */
  report(expected: number): { latencies: number[]; inTime: number } {
    return { latencies: this.latencies, inTime: (this.count - this.late) / expected };
  }
}
