// Lists of models that may be called: of platform keys, and of workspaces.
import { ForbiddenError } from "#libs/errors/index";
import { type Actor } from "./actor.js";

/** What a list says of one model. */
export interface ModelList {
  /** Whose list it is, for people: "This platform key". */
  whose: string;
  allows(model: string): boolean;
}

/**
 * Refuses a request that could reach a model which is not on the list, by any of the fields that OpenRouter takes models from:
 * fallbacks (`models`), presets and plugins.
 * @param model the model that would be called
 * @throws ForbiddenError `model_not_allowed`
 */
export function assertListed(list: ModelList, model: string, request: Readonly<Record<string, unknown>> = {}): void {
  const { models: fallbacks = [], preset, plugins } = request;
  const foreign = [model, ...[fallbacks].flat()].find((name) => typeof name !== "string" || !list.allows(name));
  if (foreign !== undefined) {
    const name = typeof foreign === "string" ? foreign.slice(0, 200) : JSON.stringify(foreign).slice(0, 200);
    throw new ForbiddenError(`${list.whose} may not call ${name}.`, "model_not_allowed");
  }
  if (preset !== undefined || namesModels(plugins))
    throw new ForbiddenError(
      `${list.whose} may call some models only: presets and plugins choose models.`,
      "model_not_allowed",
    );
}

/**
 * Refuses what a platform key with a list of models may not call. Names are compared as they are written: a variant
 * (`…:free`) or a router is a model of its own, and must be on the list.
 * @throws ForbiddenError `model_not_allowed`
 */
export function assertModel(
  { key }: Pick<Actor, "key">,
  model: string,
  request: Readonly<Record<string, unknown>> = {},
): void {
  const models = key?.models;
  if (models) assertListed({ whose: "This platform key", allows: (name) => models.includes(name) }, model, request);
}

function namesModels(plugins: unknown): boolean {
  if (!Array.isArray(plugins)) return plugins !== undefined && plugins !== null;
  return plugins.some(
    (plugin) => typeof plugin !== "object" || plugin === null || /"[a-z_]*models?"\s*:/.test(JSON.stringify(plugin)),
  );
}
