// A catalog entry as clients see it; prices stay the provider's decimal strings.

import { BoolField, DateTimeField, IntField, ListField, ObjectField, TextField, text } from "#libs/http/index";
import { type Model } from "#libs/openrouter/index";
import { ModelPricingView, toPricing } from "./model-prices.js";

export class ModelView {
  @TextField({ example: "anthropic/claude-haiku-4.5" }) id!: string;
  @TextField() name!: string;
  @TextField() description!: string;
  @IntField({ nullable: true, description: "Tokens." }) contextLength!: number | null;
  @IntField({ nullable: true, description: "Tokens." }) maxCompletionTokens!: number | null;
  @ListField(text()) inputModalities!: string[];
  @ListField(text()) outputModalities!: string[];
  @ListField(text()) supportedParameters!: string[];
  @ObjectField(() => ModelPricingView) pricing!: ModelPricingView;
  @BoolField({ description: "Can think before it answers." }) reasoning!: boolean;
  @DateTimeField({ nullable: true }) createdAt!: string | null;
}

export function toModelView(model: Model): ModelView {
  const parameters = [...(model.supported_parameters ?? [])];
  return {
    id: model.id,
    name: model.name ?? model.id,
    description: model.description ?? "",
    contextLength: model.context_length ?? null,
    maxCompletionTokens: model.top_provider?.max_completion_tokens ?? null,
    inputModalities: [...(model.architecture?.input_modalities ?? ["text"])],
    outputModalities: [...(model.architecture?.output_modalities ?? ["text"])],
    supportedParameters: parameters,
    pricing: toPricing(model.pricing),
    reasoning: parameters.includes("reasoning") || model.reasoning !== undefined,
    createdAt: model.created === undefined ? null : new Date(model.created * 1000).toISOString(),
  };
}
