// Prices over time as clients see them.
import { DateTimeField, ObjectField } from "#libs/dto/index";
import { type ModelPrices } from "./catalog.entity.js";
import { ModelPricingView } from "./model-pricing.view.js";

export class ModelPricesView {
  @ObjectField(() => ModelPricingView) pricing!: ModelPricingView;
  @DateTimeField({ description: "Seen first at this time." }) validFrom!: string;
  @DateTimeField({ nullable: true, description: "Seen no more from this time on; null: they hold." })
  validUntil!: string | null;
}

export function toModelPricesView({ pricing, validFrom, validUntil }: ModelPrices): ModelPricesView {
  return {
    pricing,
    validFrom: new Date(validFrom).toISOString(),
    validUntil: validUntil === null ? null : new Date(validUntil).toISOString(),
  };
}
