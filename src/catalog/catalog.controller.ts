// The model catalog over REST.

import { Controller, Get, Param, Query } from "@nestjs/common";
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from "@nestjs/swagger";
import {
  ApiProblem,
  BoolField,
  DateTimeField,
  decodeCursor,
  IntField,
  type Page,
  PageQuery,
  pageOf,
  TextField,
  toPage,
} from "#libs/dto/index";
import { NotFoundError } from "#libs/errors/index";
import { WORKSPACE } from "#libs/http/index";
import { type Actor } from "#src/auth/actor";
import { Can, CurrentActor } from "#src/auth/auth.decorators";
import { CatalogRepository } from "./catalog.repository.js";
import { ModelView } from "./model.view.js";
import { ModelCatalog } from "./model-catalog.js";
import { ModelPricesView, toModelPricesView } from "./model-prices.view.js";
import { WorkspaceModelsService } from "./workspace-models.js";

export class ListModelsQuery extends PageQuery {
  @IntField({ min: 1, max: 1_000, optional: true, default: 1_000, description: "Most items of one page." })
  override limit = 1_000;

  @TextField({ optional: true, trim: true, min: 1, max: 100, description: "Words of the id or name." })
  q?: string;

  @BoolField({ optional: true, description: "Also those that the workspace does not allow." })
  all?: boolean;
}

export class ListedModelView extends ModelView {
  @BoolField({ description: "May be called in this workspace." }) allowed!: boolean;
}

export class ModelListPage extends pageOf(ListedModelView) {
  @DateTimeField({ description: "When the provider listed them." }) asOf!: string;
  @BoolField({ description: "The provider does not answer: this is its last list, older than 15 minutes." })
  stale!: boolean;
}

@ApiTags("models")
@ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
@Controller(`${WORKSPACE}/models`)
export class CatalogController {
  constructor(
    private readonly catalog: ModelCatalog,
    private readonly kept: CatalogRepository,
    private readonly workspaces: WorkspaceModelsService,
  ) {}

  /** Models that answer in text and are allowed here, with prices, in order of their ids. */
  @Can("models.read")
  @Get()
  @ApiOkResponse({ type: ModelListPage })
  @ApiProblem(400, 401, 404, 503)
  async list(@CurrentActor() { workspaceId }: Actor, @Query() query: ListModelsQuery): Promise<ModelListPage> {
    const after = query.cursor === undefined ? "" : decodeCursor<[string]>(query.cursor, ["string"])[0];
    const words = (query.q ?? "").toLowerCase().split(/\s+/);
    const { models, asOf, stale } = await this.catalog.listing();
    const rules = await this.workspaces.rules(workspaceId);
    const found = models.filter(
      (model) =>
        (query.all || rules.allows(model.id)) &&
        model.id > after &&
        words.every((word) => `${model.id} ${model.name}`.toLowerCase().includes(word)),
    );
    const page = toPage(
      found,
      query.limit,
      (model) => [model.id],
      (model) => ({ ...model, allowed: rules.allows(model.id) }),
    );
    return { ...page, asOf: new Date(asOf).toISOString(), stale };
  }

  /** What a model has cost over time, newest first; also of a model that is not listed any more. */
  @Can("models.read")
  @Get(":model/prices")
  @ApiOperation({ description: "The model's id goes into the path as one part: `openai%2Fgpt-5-mini`." })
  @ApiParam({ name: "model", schema: { type: "string" }, example: "openai/gpt-5-mini" })
  @ApiOkResponse({ type: pageOf(ModelPricesView) })
  @ApiProblem(400, 401, 404)
  async prices(@Param("model") modelId: string, @Query() { limit, cursor }: PageQuery): Promise<Page<ModelPricesView>> {
    const before = cursor === undefined ? undefined : decodeCursor<[number]>(cursor, ["number"])[0];
    const rows = await this.kept.prices(modelId, limit + 1, before);
    if (rows.length === 0 && before === undefined) throw new NotFoundError("This model");
    return toPage(rows, limit, (row) => [row.validFrom], toModelPricesView);
  }
}
