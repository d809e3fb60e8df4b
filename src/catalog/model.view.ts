// A catalog entry as clients see it; prices stay the provider's decimal strings.

import {
  BoolField,
  DateTimeField,
  IntField,
  ListField,
  MoneyField,
  ObjectField,
  TextField,
  text,
} from "#libs/http/index";
import { type Model } from "#libs/openrouter/index";

export class ModelPricingView {
  @MoneyField({ nullable: true, description: "Per prompt token; null: varies." }) promptUsd!: string | null;
  @MoneyField({ nullable: true, description: "Per completion token; null: varies." }) completionUsd!: string | null;
  @MoneyField({ optional: true, description: "Per request." }) requestUsd?: string;
  @MoneyField({ optional: true, description: "Per input image." }) imageUsd?: string;
  @MoneyField({ optional: true, description: "Per search." }) webSearchUsd?: string;
  @MoneyField({ optional: true, description: "Per token." }) internalReasoningUsd?: string;
  @MoneyField({ optional: true, description: "Per token." }) inputCacheReadUsd?: string;
  @MoneyField({ optional: true, description: "Per token." }) inputCacheWriteUsd?: string;
}

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

const PRICES = {
  requestUsd: "request",
  imageUsd: "image",
  webSearchUsd: "web_search",
  internalReasoningUsd: "internal_reasoning",
  inputCacheReadUsd: "input_cache_read",
  inputCacheWriteUsd: "input_cache_write",
} as const;

/** "-1" means that the price varies (routers): it is no number to show or compute with. */
function price(value: unknown): string | null {
  return typeof value === "string" && /^\d+(\.\d+)?$/.test(value) ? value : null;
}

export function toModelView(model: Model): ModelView {
  const pricing: ModelPricingView = {
    promptUsd: price(model.pricing?.prompt),
    completionUsd: price(model.pricing?.completion),
  };
  for (const [name, key] of Object.entries(PRICES)) {
    const value = price(model.pricing?.[key]);
    if (value !== null) Object.assign(pricing, { [name]: value });
  }
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
    pricing,
    reasoning: parameters.includes("reasoning") || model.reasoning !== undefined,
    createdAt: model.created === undefined ? null : new Date(model.created * 1000).toISOString(),
  };
}
