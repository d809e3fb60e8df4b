// The control plane, outside the OpenRouter paths: journal, settings, scenario list, reset.

import { Decimal } from "../money/decimal.js";
import { ERROR_NAMES } from "../scenario/error-answers.js";
import { SWITCHES } from "../scenario/switches.js";
import type { GenerationRecord } from "../state/generations.js";
import type { JournalEntry } from "../state/journal.js";
import { changeSettings, DEFAULT_SETTINGS } from "../state/settings.js";
import { BYTE_FORMS } from "../stream/bytes.js";
import { Fault } from "../wire/fault.js";
import { asObject, type JsonObject, literal } from "../wire/json.js";
import type { World } from "../world.js";

/** `GET /__journal?since=&limit=&generation=`. */
export function journal(world: World, query: URLSearchParams): JsonObject {
  const entries = world.journal.since(Number(query.get("since") ?? 0), Number(query.get("limit") ?? 20_000));
  const id = query.get("generation");
  const model = query.get("model");
  const path = query.get("path");
  const wanted = entries.filter(
    (entry) =>
      (!id || entry.generationId === id) && (!model || entry.model === model) && (!path || entry.path === path),
  );
  return { data: wanted, summary: world.journal.summary() };
}

/**
 * `POST /__control`: settings by name; `keys` as in Accounts.define; `models` as changes by id; `generations` as in amend.
 * Everything is checked before anything is changed, but for the amounts inside `keys`.
 */
export function control(world: World, body: JsonObject): JsonObject {
  const { keys, models, generations, ...settings } = body;
  try {
    changeSettings({ ...world.settings }, settings);
    const amendments = readAmendments(world, generations);
    world.accounts.defineAll(keys, world.now());
    changeSettings(world.settings, settings);
    for (const amendment of amendments) amend(world, amendment);
  } catch (error) {
    if (error instanceof RangeError) throw new Fault(400, error.message, { type: "invalid_request" });
    throw error;
  }
  for (const [id, change] of Object.entries(asObject(models) ?? {})) world.catalog.change(id, asObject(change) ?? {});
  return { settings: world.settings };
}

type Amendment = { readonly entry: JournalEntry; readonly record: GenerationRecord; readonly cost: Decimal };

/** `{ "gen-…": "0.012" }`. Throws RangeError for a call that has not ended or is not known, or no amount. */
function readAmendments(world: World, generations: unknown): Amendment[] {
  return Object.entries(asObject(generations) ?? {}).map(([id, usd]) => {
    const [entry, record] = [world.journal.closedOf(id), world.generations.get(id)];
    if (!entry || !record) throw new RangeError(`There is no ended call ${id}`);
    return { entry, record, cost: Decimal.parse(String(usd)) };
  });
}

/** The provider changes its mind about a call that has ended: bill, `/generation` and journal say the new cost from now on. */
function amend(world: World, { entry, record, cost }: Amendment): void {
  world.accounts.amend(record.key, world.journal.amend(entry, cost), world.now());
  const data = { ...record.data, total_cost: literal(cost), usage: literal(cost) };
  const amended = { ...record, data, visibleAt: Math.min(record.visibleAt ?? world.now(), world.now()) };
  world.generations.add(amended);
  world.store?.closed(entry, amended);
}

/** `POST /__reset`: journal, records, keys, prices, counters and settings as at the start. */
export function reset(world: World, initial: Partial<typeof DEFAULT_SETTINGS>): JsonObject {
  world.journal.reset();
  world.generations.reset();
  world.accounts.reset();
  world.catalog.reset();
  world.flaky.clear();
  world.answerCache.clear();
  world.store?.clear();
  Object.assign(world.settings, DEFAULT_SETTINGS, initial);
  return { ok: true };
}

/** `GET /__scenarios`: all switches, errors, byte forms and recordings. */
export function scenarios(world: World): JsonObject {
  return { switches: SWITCHES, errors: ERROR_NAMES, bytes: BYTE_FORMS, replays: world.recordings.names };
}
