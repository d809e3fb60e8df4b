// The process's metrics (Prometheus text format 0.0.4), and who may read them.
import { createHash, timingSafeEqual } from "node:crypto";
import {
  Counter,
  type CounterConfiguration,
  collectDefaultMetrics,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  Registry,
} from "prom-client";

/** All metrics of this process; names begin with `parley_`, but for Node's own. */
export const registry = new Registry();
collectDefaultMetrics({ register: registry });

/** A counter of this process; asked twice by name, it is the same one. */
export function counter<L extends string>(options: CounterConfiguration<L>): Counter<L> {
  const known = registry.getSingleMetric(options.name);
  return (known as Counter<L> | undefined) ?? new Counter({ ...options, registers: [registry] });
}

/** A gauge of this process; asked twice by name, it is the same one. */
export function gauge<L extends string>(options: GaugeConfiguration<L>): Gauge<L> {
  const known = registry.getSingleMetric(options.name);
  return (known as Gauge<L> | undefined) ?? new Gauge({ ...options, registers: [registry] });
}

/** A histogram of this process (seconds, unless the name says otherwise); asked twice by name, it is the same one. */
export function histogram<L extends string>(options: HistogramConfiguration<L>): Histogram<L> {
  const known = registry.getSingleMetric(options.name);
  return (known as Histogram<L> | undefined) ?? new Histogram({ ...options, registers: [registry] });
}

const requests = counter({
  name: "parley_http_requests_total",
  help: "HTTP requests that were answered, by route pattern.",
  labelNames: ["method", "route", "status"],
});
const durations = histogram({
  name: "parley_http_request_duration_seconds",
  help: "Time from the first byte of the request to the last of the answer.",
  labelNames: ["method", "route"],
  buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});

/** The series that were written before: prom-client looks each one up by a text of all its labels. */
const known = new Map<string, { requests: Counter.Internal; durations: Histogram.Internal<string> }>();

/** Counts one answered request. `route` is the pattern, never the path: paths would make endless series. */
export function observeRequest(method: string, route: string, status: number, durationMs: number): void {
  const key = `${method} ${route} ${status}`;
  let series = known.get(key);
  if (!series) {
    series = {
      requests: requests.labels({ method, route, status: String(status) }),
      durations: durations.labels({ method, route }),
    };
    known.set(key, series);
  }
  series.requests.inc();
  series.durations.observe(durationMs / 1000);
}

/** May this `Authorization` header read the metrics? Without a configured token everyone may. */
export function mayReadMetrics(authorization: string | undefined, token: string | undefined): boolean {
  if (token === undefined) return true;
  const given = /^Bearer ([^\s]+)$/i.exec(authorization ?? "")?.[1];
  if (given === undefined) return false;
  // Digests have one length, so that the comparison tells nothing of the token's.
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
