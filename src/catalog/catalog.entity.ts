// The last good copy of the catalog, and the history of prices.
import { Entity, PrimaryColumn } from "typeorm";
import { IdColumn, JsonColumn, StringColumn, TextColumn, TimeColumn } from "#libs/database/index";
import { type ModelPricingView } from "./model-pricing.view.js";

/** One row: what the provider listed when it last answered. */
@Entity("catalog_copy")
export class CatalogCopy {
  @PrimaryColumn({ type: "integer" }) id!: number;
  /** SHA-256 of the provider's address: another provider's models are no copy of this one's. */
  @StringColumn(64) source!: string;
  @TextColumn() models!: string;
  @TimeColumn() fetchedAt!: number;
}

/** What a model cost from one time to another. A change of prices is a new row; the old one only gets its end. */
@Entity("model_prices")
export class ModelPrices {
  @IdColumn() id!: string;
  @StringColumn(200) modelId!: string;
  @JsonColumn() pricing!: ModelPricingView;
  @TimeColumn() validFrom!: number;
  /** Null: they hold now. */
  @TimeColumn({ nullable: true }) validUntil!: number | null;
}
