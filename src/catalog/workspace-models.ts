// The models of a workspace: its rules, kept in the process for a moment, and its members' favourites.
import { Injectable } from "@nestjs/common";
import { LRUCache } from "lru-cache";
import { Config } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { ConflictError, type FieldError, InvalidInputError } from "#libs/errors/index";
import { type Actor } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { ModelCatalog } from "./model-catalog.js";
import { ModelRules, NO_RULES, type RulesToday } from "./model-rules.js";
import { type UpdateModelSettingsDto } from "./workspace-models.dto.js";
import { ModelFavourite, WorkspaceModels } from "./workspace-models.entity.js";

/** A change counts in every process after so long, ms: as soon as a change of a platform key. */
const KEPT_MS = 500;
/** Rules of so many workspaces are kept. */
const MOST = 5_000;
/** Models that one member may keep at hand. */
export const MOST_FAVOURITES = 200;

@Injectable()
export class WorkspaceModelsService {
  private readonly kept: LRUCache<string, ModelRules>;

  constructor(
    private readonly db: Database,
    private readonly config: Config,
    private readonly catalog: ModelCatalog,
    private readonly audit: AuditTrail,
  ) {
    this.kept = new LRUCache({ max: MOST, ttl: KEPT_MS });
  }

  async rules(workspaceId: string): Promise<ModelRules> {
    const known = this.kept.get(workspaceId);
    if (known) return known;
    // Each caller reads by itself: in a transaction, waiting for a read of somebody else who waits for a free connection would
    // hold the connection that the other one needs.
    const rules = await this.read(workspaceId);
    this.kept.set(workspaceId, rules);
    return rules;
  }

  /** What is called when nobody chose; where all of a vendor is allowed and it is of another, the first of the catalog that is allowed. */
  async defaultModel(workspaceId: string): Promise<string> {
    return this.effectiveDefault(await this.rules(workspaceId));
  }

  /** Without a catalog nothing is said to be unknown. */
  async today(rules: ModelRules): Promise<RulesToday> {
    const [effectiveDefault, unknown] = await Promise.all([this.effectiveDefault(rules), this.unknownIn(rules)]);
    return { effectiveDefault, unknown };
  }

  /**
   * Changes what is given.
   * @throws InvalidInputError when the default or what an alias stands for would not be allowed, or is itself an alias
   */
  async update(actor: Actor, body: UpdateModelSettingsDto): Promise<ModelRules> {
    const { workspaceId } = actor;
    const changed = await this.db.transaction(async () => {
      await this.db.insert("workspace_models", { workspace_id: workspaceId, aliases: "{}", updated_at: 0 }, NOTHING);
      const { row } = await this.read(workspaceId);
      const allowed = body.allowed === undefined ? row.allowed : body.allowed;
      const defaultModel = body.defaultModel === undefined ? row.defaultModel : body.defaultModel;
      const aliases = body.aliases ? Object.fromEntries(body.aliases.map((one) => [one.name, one.model])) : row.aliases;
      const rules = new ModelRules({ allowed, defaultModel, aliases });
      assertConsistent(rules, body);
      await this.db.execute(
        "UPDATE workspace_models SET allowed = ?, default_model = ?, aliases = ?, updated_at = ? WHERE workspace_id = ?",
        [allowed && JSON.stringify(allowed), defaultModel, JSON.stringify(aliases), Date.now(), workspaceId],
      );
      const facts = { allowed: allowed?.length ?? "all", defaultModel, aliases: Object.keys(aliases).length };
      await this.audit.record({ action: "models.changed", workspaceId, actor, facts });
      return rules;
    });
    this.kept.set(workspaceId, changed);
    return changed;
  }

  /** Ids in order, after one; one more than `limit`. */
  async favourites({ workspaceId, userId }: Actor, limit: number, after = ""): Promise<ModelFavourite[]> {
    const where = "WHERE workspace_id = ? AND user_id = ? AND model_id > ? ORDER BY model_id LIMIT ?";
    return this.db.select(ModelFavourite, where, [workspaceId, userId, after, limit + 1]);
  }

  /** Repeats are harmless. @throws ConflictError `too_many_favourites` */
  async addFavourite(actor: Actor, modelId: string): Promise<void> {
    const { workspaceId, userId } = actor;
    await this.db.transaction(async () => {
      const row = { workspace_id: workspaceId, user_id: userId, model_id: modelId, created_at: Date.now() };
      await this.db.insert("model_favourites", row, NOTHING);
      if ((await this.favourites(actor, MOST_FAVOURITES)).length <= MOST_FAVOURITES) return;
      throw new ConflictError("too_many_favourites", `At most ${MOST_FAVOURITES} models can be favourites.`);
    });
  }

  /** Harmless when it is none. */
  async removeFavourite({ workspaceId, userId }: Actor, modelId: string): Promise<void> {
    const sql = "DELETE FROM model_favourites WHERE workspace_id = ? AND user_id = ? AND model_id = ?";
    await this.db.execute(sql, [workspaceId, userId, modelId]);
  }

  private async effectiveDefault(rules: ModelRules): Promise<string> {
    const { allowed, defaultModel } = rules.row;
    const { defaultModel: usual } = this.config;
    if (defaultModel !== null) return defaultModel;
    if (allowed === null || rules.allows(usual)) return usual;
    // The first that is named, unless the catalog does not have it: it may be a slip of the pen.
    for (const id of allowed) if ((await this.catalog.find(id)) !== null) return id;
    return (await this.firstOfVendors(rules)) ?? allowed.find((entry) => !entry.endsWith("/*")) ?? usual;
  }

  private async firstOfVendors(rules: ModelRules): Promise<string | undefined> {
    const listed = await this.catalog.list().catch(() => []);
    return listed.find(({ id }) => rules.allows(id))?.id;
  }

  private async unknownIn(rules: ModelRules): Promise<string[]> {
    const listed = await this.catalog.list().catch(() => null);
    if (listed === null) return [];
    const names = rules.mentioned;
    const found = await Promise.all(
      names.map(async (name) =>
        name.endsWith("/*")
          ? listed.some(({ id }) => id.startsWith(name.slice(0, -1)))
          : (await this.catalog.find(name)) !== null,
      ),
    );
    return names.filter((_, n) => !found[n]);
  }

  private async read(workspaceId: string): Promise<ModelRules> {
    const [row] = await this.db.select(WorkspaceModels, "WHERE workspace_id = ?", [workspaceId]);
    return row ? new ModelRules(row) : NO_RULES;
  }
}

const NOTHING = "ON CONFLICT DO NOTHING";

function assertConsistent(rules: ModelRules, body: UpdateModelSettingsDto): void {
  const { aliases, defaultModel } = rules.row;
  const errors: FieldError[] = [];
  const names = (body.aliases ?? []).map(({ name }) => name);
  for (const [index, name] of names.entries())
    if (names.indexOf(name) !== index) errors.push({ path: `aliases[${index}].name`, message: "is there twice" });
  for (const [index, [name, model]] of Object.entries(aliases).entries()) {
    const path = body.aliases ? `aliases[${index}].model` : "allowed";
    if (Object.hasOwn(aliases, model))
      errors.push({ path, message: `${name} must stand for a model, not for an alias` });
    else if (!rules.allows(model))
      errors.push({ path, message: `${name} stands for ${model}, which would not be allowed` });
  }
  const target = defaultModel === null ? null : rules.named(defaultModel).model;
  if (target !== null && !rules.allows(target)) {
    const path = body.defaultModel === undefined ? "allowed" : "defaultModel";
    errors.push({ path, message: `the default model ${defaultModel} would not be allowed` });
  }
  if (errors.length > 0) throw new InvalidInputError(errors);
}
