// Whether a chat request is let through to a model: model, scenario errors, context, limits and money, in that order.
import { type ChatRequest, readChatRequest } from "../answer/chat-request.js";
import { wantsTitle } from "../answer/demo.js";
import type { ModelEntry } from "../catalog/catalog.js";
import { providerOf } from "../catalog/providers.js";
import { type PriceSheet, price } from "../money/cost.js";
import { Decimal } from "../money/decimal.js";
import type { Recording } from "../replay/recordings.js";
import {
  contextTooLong,
  ERROR_IN_200,
  errorAnswer,
  freeLimit,
  inFlightExceeded,
  nextDay,
  nextMinute,
} from "../scenario/error-answers.js";
import { type Options, readOptions } from "../scenario/options.js";
import { type ApiKey, balanceOf } from "../state/accounts.js";
import { sha256 } from "../text/random.js";
import { Fault } from "../wire/fault.js";
import { asArray, asObject, asText, type JsonObject } from "../wire/json.js";
import type { World } from "../world.js";

/** The paths whose answers are text. */
export type ChatPath = "/chat/completions" | "/responses";

/** Where, by whom and in which form something is asked. */
type At = { readonly world: World; readonly key: ApiKey; readonly path: ChatPath };

/** A request that may run. */
export type Admitted = {
  readonly request: ChatRequest;
  readonly options: Options;
  readonly entry: ModelEntry;
  /** Set when the answer is a recording. */
  readonly recording: Recording | undefined;
  readonly served: string;
  readonly provider: string;
  /** The most that the call may cost, by its token limit. */
  readonly estimate: Decimal;
};

const DEFAULT_MODEL_LIMIT = 16_384;

function outputLimit(request: ChatRequest, entry: ModelEntry): number {
  return request.maxTokens ?? entry.top_provider.max_completion_tokens ?? DEFAULT_MODEL_LIMIT;
}

function failOnPurpose(world: World, key: ApiKey, request: ChatRequest, options: Options, entry: ModelEntry): void {
  const name = options.text("error") ?? (options.has("flaky") ? "503" : undefined);
  if (name === undefined || name === ERROR_IN_200) return;
  if (options.has("flaky")) {
    const counter = sha256(`${key.fingerprint} ${request.hash}`);
    const failures = world.flaky.get(counter) ?? 0;
    if (failures >= options.number("flaky", 1)) return;
    world.flaky.set(counter, failures + 1);
  }
  throw errorAnswer(name, errorContext(world, request, options, entry));
}

/** What a named error is told about the request. */
export function errorContext(world: World, request: ChatRequest, options: Options, entry: ModelEntry) {
  return {
    model: request.model ?? entry.id,
    provider: options.text("provider") ?? providerOf(entry.id),
    promptTokens: request.promptTokens,
    contextLength: entry.context_length ?? 0,
    maxTokens: outputLimit(request, entry),
    lastUser: request.lastUser,
    now: world.now(),
    retryAfter: options.has("retry-after") ? options.number("retry-after", 1) : undefined,
  };
}

function checkContext(request: ChatRequest, entry: ModelEntry): void {
  const length = entry.context_length;
  const compresses =
    asArray(request.body["transforms"]).includes("middle-out") ||
    asArray(request.body["plugins"]).some((plugin) => JSON.stringify(plugin).includes("context-compression"));
  if (!length || compresses || request.promptTokens <= length) return;
  throw contextTooLong(length, request.promptTokens, request.maxTokens ?? 0);
}

function checkFreeLimits(world: World, key: ApiKey, entry: ModelEntry): void {
  const { freePerMinute, freePerDay } = world.settings;
  if (!entry.id.endsWith(":free") || (freePerMinute === null && freePerDay === null)) return;
  const now = world.now();
  const dayStart = nextDay(now) - 86_400_000;
  key.freeCalls = key.freeCalls.filter((at) => at >= dayStart);
  const lastMinute = key.freeCalls.filter((at) => at >= nextMinute(now) - 60_000).length;
  key.freeCalls.push(now);
  if (freePerDay !== null && key.freeCalls.length > freePerDay) throw freeLimit("day", freePerDay, nextDay(now));
  if (freePerMinute !== null && lastMinute >= freePerMinute) throw freeLimit("min", freePerMinute, nextMinute(now));
}

function estimateOf(request: ChatRequest, entry: ModelEntry): Decimal {
  const sheet: PriceSheet = entry.pricing;
  const prompt = Decimal.count(request.promptTokens).times(price(sheet, "prompt") ?? Decimal.zero);
  const output = Decimal.count(outputLimit(request, entry)).times(price(sheet, "completion") ?? Decimal.zero);
  return prompt.plus(output);
}

function affordable(request: ChatRequest, entry: ModelEntry, left: Decimal): number {
  const perToken = price(entry.pricing, "completion") ?? Decimal.zero;
  const prompt = Decimal.count(request.promptTokens).times(price(entry.pricing, "prompt") ?? Decimal.zero);
  const rest = left.minus(prompt);
  return perToken.isZero() || rest.compare(Decimal.zero) < 0 ? 0 : rest.wholeTimes(perToken);
}

function checkMoney(world: World, key: ApiKey, request: ChatRequest, entry: ModelEntry, estimate: Decimal): void {
  const context = errorContext(world, request, readOptions(undefined, ""), entry);
  const balance = balanceOf(key.account);
  const spent = balance.compare(Decimal.zero) <= 0;
  // A free model runs at balance 0, but not below it.
  if (spent && (!estimate.isZero() || balance.compare(Decimal.zero) < 0)) throw errorAnswer("402-credits", context);
  if (key.limit && key.limit.compare(key.usage) <= 0 && !estimate.isZero()) throw errorAnswer("402-key", context);
  const left = key.limit && key.limit.minus(key.usage).compare(balance) < 0 ? key.limit.minus(key.usage) : balance;
  if (estimate.compare(left) > 0) {
    const message =
      `This request requires more credits, or fewer max_tokens. You requested up to ${outputLimit(request, entry)} tokens, ` +
      `but can only afford ${affordable(request, entry, left)}. To increase, visit https://openrouter.ai/settings/credits and add more credits`;
    throw new Fault(402, message, { type: "payment_required", metadata: { limit_source: "openrouter_credits" } });
  }
  const budget = key.account.inFlightBudget;
  if (budget && world.accounts.inFlight(key.account).plus(estimate).compare(budget) > 0) throw inFlightExceeded(1);
}

function switchesOf(request: ChatRequest, model: string | undefined): Options {
  const whole = request.messages.map((message) => JSON.stringify(message["content"] ?? "")).join("\n");
  // A title is asked for about someone else's message: a directive quoted in there is not meant for this call.
  return readOptions(model, wantsTitle(request.maxTokens, whole) ? "" : request.lastUser);
}

function invalidModel(model: string): Fault {
  return new Fault(400, `${model} is not a valid model ID`, { type: "invalid_request" });
}

/** The recording of the same path that a request asks for, by model id or directive. */
function recordingOf(world: World, options: Options, path: ChatPath, stream: boolean): Recording | undefined {
  const name = options.text("replay");
  if (name === undefined) return undefined;
  const recording = world.recordings.get(name);
  // Chunks and bodies of chat completions are made of each other; responses are played as they were recorded.
  const fits = path === "/chat/completions" || recording?.stream === stream;
  if (recording?.path !== path || !fits) throw invalidModel(`replay/${name}`);
  return recording;
}

function entryOf(
  world: World,
  model: string | undefined,
  options: Options,
  recording: Recording | undefined,
): ModelEntry {
  const recorded = recording && world.catalog.resolve(asText(recording.request["model"]));
  const asked = options.text("as") ?? model;
  const entry = recorded ?? world.catalog.resolve(asked?.startsWith("replay/") ? undefined : asked);
  if (!entry) throw invalidModel(String(asked));
  return entry;
}

function namesOf(options: Options, entry: ModelEntry, model: string | undefined, recording: Recording | undefined) {
  const [first] = recording?.events ?? [];
  const answered = recording?.stream ? (asObject(first?.["response"]) ?? first) : recording?.body;
  const simulated = model?.startsWith("sim/") === true && !options.has("as");
  const served = asText(answered?.["model"]) ?? (simulated && model ? model : entry.canonical_slug);
  return {
    served: options.text("served") ?? served,
    provider: options.text("provider") ?? asText(answered?.["provider"]) ?? providerOf(simulated ? "sim/" : entry.id),
  };
}

function admitAs(at: At, asked: ChatRequest, model: string | undefined): Admitted {
  const { world, key, path } = at;
  const options = switchesOf(asked, model);
  const request = { ...asked, model, promptTokens: options.number("prompt", asked.promptTokens) };
  const recording = recordingOf(world, options, path, asked.stream);
  const entry = entryOf(world, model, options, recording);
  failOnPurpose(world, key, request, options, entry);
  if (!recording) checkContext(asked, entry);
  checkFreeLimits(world, key, entry);
  const estimate = options.has("free") ? Decimal.zero : estimateOf(request, entry);
  checkMoney(world, key, request, entry, estimate);
  const names = namesOf(options, entry, model, recording);
  return { request: { ...request, model: model ?? entry.id }, options, entry, recording, ...names, estimate };
}

/** Admits a request with its model or the first of its fallbacks that works. Throws the last one's fault. */
export function admit(world: World, key: ApiKey, body: JsonObject, path: ChatPath): Admitted {
  const at = { world, key, path };
  const request = readChatRequest(body);
  const fallbacks = asArray(body["models"]).flatMap((model) => asText(model) ?? []);
  const candidates = [...new Set([...(request.model === undefined ? [] : [request.model]), ...fallbacks])];
  if (candidates.length === 0) return admitAs(at, request, undefined);
  let fault: unknown;
  for (const model of candidates) {
    try {
      return admitAs(at, request, model);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      fault = error;
    }
  }
  throw fault;
}
