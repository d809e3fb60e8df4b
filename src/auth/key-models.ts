// The model allow-list of platform keys.
import { ForbiddenError } from "#libs/errors/index";
import { type Actor } from "./actor.js";

/**
 * Refuses what a platform key with a list of models may not call. Names are compared as they are written: a variant
 * (`…:free`) or a router is a model of its own, and must be on the list.
 * @param model the model that would be called
 * @param request the rest of the request; its `models` (fallbacks) and `preset` choose models, too
 * @throws ForbiddenError `model_not_allowed`
 */
export function assertModel({ key }: Pick<Actor, "key">, model: string, request: Record<string, unknown> = {}): void {
  if (!key?.models) return;
  const { models: fallbacks = [], preset } = request;
  const named = [model, ...[fallbacks].flat(), ...(preset === undefined ? [] : [`@preset/${String(preset)}`])];
  const foreign = named.find((name) => !key.models?.includes(name as string));
  if (foreign === undefined) return;
  throw new ForbiddenError(`This platform key may not call ${String(foreign).slice(0, 200)}.`, "model_not_allowed");
}
