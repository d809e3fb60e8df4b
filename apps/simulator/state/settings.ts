// Everything about the simulator's behaviour that can be changed while it runs.
import { asNumber, type JsonObject } from "../wire/json.js";

/** Defaults for requests that ask for nothing else. Times in ms of real time. */
export type Settings = {
  /** Tokens per second of the demo answers; 0 = as fast as possible. */
  rate: number;
  /** Natural unevenness of the demo's pace, as a part of the gap between two tokens (0..0.5). */
  jitter: number;
  /** Time from the headers to the first token of a demo answer. */
  firstTokenMs: number;
  /** Pace of `sim/` models without `rate`; 0 = as fast as possible. */
  scenarioRate: number;
  /** Time from the headers to the first token of `sim/` models without `first`. */
  scenarioFirstMs: number;
  /** Time between two `: OPENROUTER PROCESSING` comments while nothing else is sent. */
  commentMs: number;
  /** Time from the end of an answer until `/generation` knows it. */
  generationDelayMs: number;
  /** The same for cancelled and broken streams, which appear later. */
  cancelledGenerationDelayMs: number;
  /** Added to the simulator's clock; a day more makes today's calls appear in `/activity`. */
  clockOffsetMs: number;
  /** Whether request bodies are kept in the journal. */
  keepBodies: boolean;
  /** Whether `GET /models` lists the `sim/` and `replay/` models without `?simulator=1`. */
  listSimulatorModels: boolean;
  /** Only keys made by the control call are accepted. */
  strictKeys: boolean;
  /** Largest request body in bytes. */
  maxBodyBytes: number;
  /** Requests per minute and per UTC day to `:free` models of one key; null = no limit. */
  freePerMinute: number | null;
  freePerDay: number | null;
};

/** The settings at start. */
export const DEFAULT_SETTINGS: Readonly<Settings> = {
  rate: 60,
  jitter: 0.35,
  firstTokenMs: 250,
  scenarioRate: 0,
  scenarioFirstMs: 0,
  commentMs: 500,
  generationDelayMs: 500,
  cancelledGenerationDelayMs: 1500,
  clockOffsetMs: 0,
  keepBodies: true,
  listSimulatorModels: false,
  strictKeys: false,
  maxBodyBytes: 32 * 1024 * 1024,
  freePerMinute: null,
  freePerDay: null,
};

/** Takes known settings of the right type from a control body; throws RangeError that names a wrong one. */
export function changeSettings(settings: Settings, changes: JsonObject): void {
  for (const [name, value] of Object.entries(changes)) {
    if (!(name in DEFAULT_SETTINGS)) throw new RangeError(`unknown setting: ${name}`);
    const normal = DEFAULT_SETTINGS[name as keyof Settings];
    const nullable = normal === null && (value === null || asNumber(value) !== undefined);
    if (typeof value !== typeof normal && !nullable) throw new RangeError(`wrong type for setting: ${name}`);
    if (typeof value === "number" && (!Number.isFinite(value) || (value < 0 && name !== "clockOffsetMs"))) {
      throw new RangeError(`setting must not be negative: ${name}`);
    }
    Object.assign(settings, { [name]: value });
  }
}
