// What a key may read about itself and its account: /generation, /key, /credits, /activity.
import { Decimal } from "../money/decimal.js";
import type { ApiKey } from "../state/accounts.js";
import { Fault } from "../wire/fault.js";
import { countOf, decimalOf, type JsonObject, literal } from "../wire/json.js";
import type { World } from "../world.js";

const DAY = 86_400_000;

/** `GET /generation?id=`: 404 until the record has appeared, and for other keys. */
export function generation(world: World, key: ApiKey, query: URLSearchParams): JsonObject {
  const id = query.get("id") ?? "";
  const record = world.generations.find(id, key.fingerprint, world.now());
  if (!record) throw new Fault(404, `Generation ${id.slice(0, 60)} not found`, { type: "not_found" });
  return { data: record.data };
}

function spentSince(key: ApiKey, from: number): Decimal {
  const first = new Date(from).toISOString().slice(0, 10);
  let sum = Decimal.zero;
  for (const [day, cost] of key.days) if (day >= first) sum = sum.plus(cost);
  return sum;
}

/** `GET /key`: usage in UTC days, weeks from Monday, and calendar months. */
export function keyInfo(world: World, key: ApiKey): JsonObject {
  const now = world.now();
  const today = new Date(now);
  const weekday = (today.getUTCDay() + 6) % 7;
  const monthStart = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), 1);
  const used = (from: number) => literal(spentSince(key, from));
  return {
    data: {
      label: key.label,
      limit: key.limit && literal(key.limit),
      limit_remaining: key.limit && literal(key.limit.minus(key.usage)),
      limit_reset: null,
      include_byok_in_limit: false,
      usage: literal(key.usage),
      usage_daily: used(now),
      usage_weekly: used(now - weekday * DAY),
      usage_monthly: used(monthStart),
      byok_usage: literal(key.byokUsage),
      byok_usage_daily: literal(key.byokUsage),
      byok_usage_weekly: literal(key.byokUsage),
      byok_usage_monthly: literal(key.byokUsage),
      is_free_tier: key.freeTier,
      is_management_key: key.management,
      is_provisioning_key: key.management,
      creator_user_id: null,
      organization_id: null,
      workspace_id: key.account.name,
      allowed_data_regions: [],
      expires_at: null,
      rate_limit: { requests: -1, interval: "10s", note: "This field is deprecated and safe to ignore." },
    },
  };
}

function mustManage(key: ApiKey): void {
  if (key.management) return;
  throw new Fault(403, "Only management keys can perform this operation", { type: "permission_denied" });
}

/** `GET /credits`, for management keys. */
export function credits(key: ApiKey): JsonObject {
  mustManage(key);
  return { data: { total_credits: literal(key.account.credits), total_usage: literal(key.account.usage) } };
}

/** `GET /activity`, for management keys: completed UTC days only, by day, model and provider. */
export function activity(world: World, key: ApiKey, query: URLSearchParams): JsonObject {
  mustManage(key);
  const today = new Date(world.now()).toISOString().slice(0, 10);
  const oldest = new Date(world.now() - 30 * DAY).toISOString().slice(0, 10);
  const wanted = query.get("date");
  const rows = new Map<string, Record<string, unknown>>();
  for (const { data } of world.generations.all()) {
    const date = String(data["created_at"]).slice(0, 10);
    if (date >= today || date < oldest || (wanted && wanted !== date)) continue;
    if (data["workspace_id"] !== key.account.name) continue;
    const group = `${date} ${data["model"]} ${data["provider_name"]}`;
    rows.set(group, addCall(rows.get(group), date, data));
  }
  return { data: [...rows.values()] };
}

function addCall(row: Record<string, unknown> | undefined, date: string, data: JsonObject): Record<string, unknown> {
  const sum = (name: string, more: unknown) => countOf(row?.[name] ?? 0) + countOf(more);
  const money = (name: string, more: unknown) =>
    literal((decimalOf(row?.[name]) ?? Decimal.zero).plus(decimalOf(more) ?? Decimal.zero));
  return {
    date,
    model: data["model"],
    model_permaslug: data["model"],
    endpoint_id: null,
    provider_name: data["provider_name"],
    usage: money("usage", data["usage"]),
    byok_usage_inference: money("byok_usage_inference", data["is_byok"] ? data["upstream_inference_cost"] : 0),
    requests: sum("requests", 1),
    prompt_tokens: sum("prompt_tokens", data["native_tokens_prompt"]),
    completion_tokens: sum("completion_tokens", data["native_tokens_completion"]),
    reasoning_tokens: sum("reasoning_tokens", data["native_tokens_reasoning"]),
  };
}
