// What admins choose about the models of a workspace.
import { ListField, TextField, text } from "#libs/dto/index";
import { type ModelRules, type RulesToday } from "./model-rules.js";

const MODEL_ID = { min: 1, max: 200, pattern: /^[\x21-\x7e]+$/, expected: "the id of a model" };
const ALLOWED = text({
  ...MODEL_ID,
  pattern: /^(?:[\x21-\x29\x2b-\x7e]+|[\x21-\x29\x2b-\x2e\x30-\x7e]+\/\*)$/,
  expected: "the id of a model, or all of a vendor as in openai/*",
});
const ALLOWED_LIST = {
  nullable: true,
  max: 1_000,
  unique: true,
  description:
    "The models that may be called here, by their ids or all of a vendor (`openai/*`); null: every one. A variant (`…:free`) or a router is a model of its own.",
};

export class ModelAliasDto {
  @TextField({
    min: 1,
    max: 64,
    pattern: /^[a-z0-9][a-z0-9._-]*$/,
    expected: "lower-case letters, digits, dots, dashes and underscores",
    example: "fast",
  })
  name!: string;
  @TextField({ ...MODEL_ID, example: "openai/gpt-5-mini" }) model!: string;
}

/** What is absent stays as it is. */
export class UpdateModelSettingsDto {
  @ListField(ALLOWED, { optional: true, ...ALLOWED_LIST }) allowed?: string[] | null;
  @TextField({ optional: true, nullable: true, ...MODEL_ID, description: "A model or alias; null: the instance's." })
  defaultModel?: string | null;
  @ListField(() => ModelAliasDto, { optional: true, max: 100, description: "All of them." }) aliases?: ModelAliasDto[];
}

export class ModelSettingsView {
  @ListField(text(), { nullable: true, description: ALLOWED_LIST.description }) allowed!: string[] | null;
  @TextField({ nullable: true, description: "What was chosen; null: the instance's choice counts." })
  defaultModel!: string | null;
  @TextField({ description: "What is called when nobody chose." }) effectiveDefault!: string;
  @ListField(() => ModelAliasDto) aliases!: ModelAliasDto[];
  @ListField(text(), {
    description:
      "What the rules name and the provider's catalog does not have: a slip of the pen, a model that is gone, or one of another endpoint.",
  })
  unknown!: string[];
}

export class FavouriteView {
  @TextField({ example: "openai/gpt-5-mini" }) modelId!: string;
}

/** A model's id as a part of the path, slashes encoded. */
export class ModelPath {
  @TextField({ ...MODEL_ID, example: "openai/gpt-5-mini" }) model!: string;
}

export function toModelSettingsView({ row }: ModelRules, today: RulesToday): ModelSettingsView {
  const { allowed, defaultModel, aliases } = row;
  const named = Object.entries(aliases).map(([name, model]) => ({ name, model }));
  return { allowed, defaultModel, aliases: named, ...today };
}
