// The prices of a model as clients see them: exact decimal strings in USD per unit.
import { IntField, ListField, MoneyField, oneOf, TextField } from "#libs/dto/index";

class OptionalPrices {
  @MoneyField({ optional: true, description: "Per request." }) requestUsd?: string;
  @MoneyField({ optional: true, description: "Per input image; some models: per token of one." }) imageUsd?: string;
  @MoneyField({ optional: true, description: "Per token of an input image." }) imageTokenUsd?: string;
  @MoneyField({ optional: true, description: "Per token of an image in the answer." }) imageOutputUsd?: string;
  @MoneyField({ optional: true, description: "Per token of input sound." }) audioUsd?: string;
  @MoneyField({ optional: true, description: "Per token of sound in the answer." }) audioOutputUsd?: string;
  @MoneyField({ optional: true, description: "Per token of cached input sound." }) inputAudioCacheUsd?: string;
  @MoneyField({ optional: true, description: "Per search." }) webSearchUsd?: string;
  @MoneyField({ optional: true, description: "Per token of thinking: the rate that is a part of the completion's." })
  internalReasoningUsd?: string;
  @MoneyField({ optional: true, description: "Per token read from the cache; absent: the prompt's price." })
  inputCacheReadUsd?: string;
  @MoneyField({ optional: true, description: "Per token written to the cache; absent: the prompt's price." })
  inputCacheWriteUsd?: string;
  @MoneyField({ optional: true, description: "Per token written to the cache for an hour." })
  inputCacheWrite1hUsd?: string;
}

/** Other prices under conditions, all of which must hold; of entries that hold the last wins, price by price. */
export class PriceOverrideView extends OptionalPrices {
  @IntField({ optional: true, min: 0, description: "Holds for prompts of more tokens than this." })
  minPromptTokens?: number;
  @TextField({
    optional: true,
    pattern: /^\d{4}$/,
    expected: "HHMM",
    description: "From this time of day (UTC, HHMM) on.",
  })
  utcStart?: string;
  @TextField({
    optional: true,
    pattern: /^\d{4}$/,
    expected: "HHMM",
    description: "Before this time of day (UTC, HHMM); may be past midnight.",
  })
  utcEnd?: string;
  @ListField(oneOf(["0", "1", "2", "3", "4", "5", "6"]), {
    optional: true,
    description: "On these days (UTC), 0 is Sunday.",
  })
  utcDays?: string[];
  @MoneyField({ optional: true, description: "Per prompt token." }) promptUsd?: string;
  @MoneyField({ optional: true, description: "Per completion token." }) completionUsd?: string;
}

/** A price that is absent is not charged apart. */
export class ModelPricingView extends OptionalPrices {
  @MoneyField({ nullable: true, description: "Per prompt token; null: varies." }) promptUsd!: string | null;
  @MoneyField({ nullable: true, description: "Per completion token; null: varies." }) completionUsd!: string | null;
  @MoneyField({ optional: true, description: "Share that is taken off tokens, images and requests: 0.1 is 10 %." })
  discount?: string;
  @ListField(() => PriceOverrideView, { optional: true }) overrides?: PriceOverrideView[];
}
