// Models and prices.
import { Module } from "@nestjs/common";
import { CatalogRepository } from "./catalog.repository.js";
import { CatalogCache } from "./catalog-cache.js";
import { ModelCatalog } from "./model-catalog.js";
import { WorkspaceModelsService } from "./workspace-models.js";

@Module({
  providers: [CatalogCache, CatalogRepository, ModelCatalog, WorkspaceModelsService],
  exports: [CatalogRepository, ModelCatalog, WorkspaceModelsService],
})
export class CatalogModule {}
