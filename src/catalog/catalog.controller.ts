// The model catalog over REST.

import { Controller, Get, Query } from "@nestjs/common";
import { ApiOkResponse, ApiParam, ApiTags } from "@nestjs/swagger";
import {
  ApiProblem,
  decodeCursor,
  IntField,
  type Page,
  PageQuery,
  pageOf,
  TextField,
  toPage,
  WORKSPACE,
} from "#libs/http/index";
import { Can } from "#src/auth/auth.decorators";
import { ModelView } from "./model.view.js";
import { ModelCatalog } from "./model-catalog.js";

export class ListModelsQuery extends PageQuery {
  @IntField({ min: 1, max: 1_000, optional: true, default: 1_000, description: "Most items of one page." })
  override limit = 1_000;

  @TextField({ optional: true, trim: true, min: 1, max: 100, description: "Words of the id or name." })
  q?: string;
}

@ApiTags("models")
@ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
@Controller(`${WORKSPACE}/models`)
export class CatalogController {
  constructor(private readonly catalog: ModelCatalog) {}

  /** Models that answer in text, with prices, in order of their ids. */
  @Can("models.read")
  @Get()
  @ApiOkResponse({ type: pageOf(ModelView) })
  @ApiProblem(400, 401, 404, 503)
  async list(@Query() query: ListModelsQuery): Promise<Page<ModelView>> {
    const after = query.cursor === undefined ? "" : decodeCursor<[string]>(query.cursor, ["string"])[0];
    const words = (query.q ?? "").toLowerCase().split(/\s+/);
    const found = (await this.catalog.list())
      .filter(
        (model) => model.id > after && words.every((word) => `${model.id} ${model.name}`.toLowerCase().includes(word)),
      )
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return toPage(
      found,
      query.limit,
      (model) => [model.id],
      (model) => model,
    );
  }
}
