// What a workspace allows, calls and prefers; and what a member keeps at hand.
import { Entity, PrimaryColumn } from "typeorm";
import { IdColumn, JsonColumn, StringColumn, TimeColumn } from "#libs/database/index";

/** At most one row a workspace; without one every model goes. */
@Entity("workspace_models")
export class WorkspaceModels {
  @IdColumn() workspaceId!: string;
  /** Ids of models, or all of a vendor (`openai/*`); null: every model. */
  @JsonColumn({ nullable: true }) allowed!: string[] | null;
  @StringColumn(200, { nullable: true }) defaultModel!: string | null;
  /** The workspace's own name → the model that it stands for. */
  @JsonColumn() aliases!: Record<string, string>;
  @TimeColumn() updatedAt!: number;
}

@Entity("model_favourites")
export class ModelFavourite {
  @PrimaryColumn({ type: "varchar", length: "36" }) workspaceId!: string;
  @PrimaryColumn({ type: "varchar", length: "36" }) userId!: string;
  @PrimaryColumn({ type: "varchar", length: "200" }) modelId!: string;
  @TimeColumn() createdAt!: number;
}
