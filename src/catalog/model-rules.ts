// What one workspace says about models: which may be called, what its own names stand for, what is called when nobody chose.
import { type Actor } from "#src/auth/actor";
import { assertListed, assertModel, type ModelList } from "#src/auth/key-models";
import { type WorkspaceModels } from "./workspace-models.entity.js";

/** What a request is to be sent as. */
export interface NamedModel {
  /** The provider's id of it. */
  model: string;
  /** The workspace's name by which it was asked for; null: by its id. */
  alias: string | null;
}

/** What the rules of a workspace come to with today's catalog. */
export interface RulesToday {
  /** What is called when nobody chose. */
  effectiveDefault: string;
  /** What they name and the catalog does not have: a slip of the pen, a model that is gone, or one of another endpoint. */
  unknown: string[];
}

/** The rules of a workspace at one time. */
export class ModelRules implements ModelList {
  readonly whose = "This workspace";
  private readonly ids: ReadonlySet<string>;
  private readonly vendors: readonly string[];

  constructor(readonly row: Pick<WorkspaceModels, "allowed" | "defaultModel" | "aliases">) {
    const entries = row.allowed ?? [];
    this.ids = new Set(entries.filter((entry) => !entry.endsWith("/*")));
    this.vendors = entries.filter((entry) => entry.endsWith("/*")).map((entry) => entry.slice(0, -1));
  }

  /** True when nothing is forbidden and nothing has a name of its own: requests may go as they are. */
  get trivial(): boolean {
    return this.row.allowed === null && Object.keys(this.row.aliases).length === 0;
  }

  /** Every model that is named, and all of a vendor (`openai/*`), each once. */
  get mentioned(): string[] {
    const { allowed, defaultModel, aliases } = this.row;
    const chosen = defaultModel === null ? [] : [this.named(defaultModel).model];
    return [...new Set([...(allowed ?? []), ...chosen, ...Object.values(aliases)])];
  }

  /** Names are compared as they are written: a variant (`…:free`) or a router must be on the list itself. */
  allows(model: string): boolean {
    return this.row.allowed === null || this.ids.has(model) || this.vendors.some((vendor) => model.startsWith(vendor));
  }

  named(name: string): NamedModel {
    const model = Object.hasOwn(this.row.aliases, name) ? this.row.aliases[name] : undefined;
    return model === undefined ? { model: name, alias: null } : { model, alias: name };
  }

  /**
   * What a request of an actor is to be sent as. A platform key may be for models by their ids or by aliases.
   * @param asked the model as it was asked for
   * @param request the rest of the request; its fallbacks must be ids already
   * @throws ForbiddenError `model_not_allowed`
   */
  admit(actor: Pick<Actor, "key">, asked: string, request: Readonly<Record<string, unknown>> = {}): NamedModel {
    const named = this.named(asked);
    assertModel(actor, actor.key?.models?.includes(asked) ? asked : named.model, request);
    if (this.row.allowed !== null) assertListed(this, named.model, request);
    return named;
  }
}

/** Of a workspace that has said nothing. */
export const NO_RULES = new ModelRules({ allowed: null, defaultModel: null, aliases: {} });
