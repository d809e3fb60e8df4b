// A catalog entry as clients see it; prices stay the provider's decimal strings.

import { BoolField, DateTimeField, IntField, ListField, ObjectField, TextField, text } from "#libs/dto/index";
import { ModelPricingView } from "./model-pricing.view.js";

export class ModelView {
  @TextField({ example: "anthropic/claude-haiku-4.5" }) id!: string;
  @TextField({ description: "Its permanent name, as answers give it." }) canonicalSlug!: string;
  @TextField() name!: string;
  @TextField() description!: string;
  @IntField({ nullable: true, description: "Tokens." }) contextLength!: number | null;
  @IntField({ nullable: true, description: "Tokens." }) maxCompletionTokens!: number | null;
  @ListField(text()) inputModalities!: string[];
  @ListField(text()) outputModalities!: string[];
  @ListField(text()) supportedParameters!: string[];
  @ObjectField(() => ModelPricingView) pricing!: ModelPricingView;
  @BoolField({ description: "Can call tools." }) tools!: boolean;
  @BoolField({ description: "Keeps to a JSON schema." }) structuredOutputs!: boolean;
  @BoolField({ description: "Can think before it answers." }) reasoning!: boolean;
  @BoolField({ description: "Always thinks before it answers." }) reasoningMandatory!: boolean;
  @ListField(text(), { description: "How hard it can be told to think; empty: it does not say." })
  reasoningEfforts!: string[];
  @BoolField({ description: "The provider looks at prompts before the model does." }) moderated!: boolean;
  @DateTimeField({ nullable: true }) createdAt!: string | null;
  @TextField({ nullable: true, description: "The last day of what it has learned." }) knowledgeCutoff!: string | null;
  @TextField({ nullable: true, description: "The day from which it may be gone." }) expirationDate!: string | null;
}
