// Models and prices.
import { Module } from "@nestjs/common";
import { CatalogRepository } from "./catalog.repository.js";
import { CatalogCache } from "./catalog-cache.js";
import { ModelCatalog } from "./model-catalog.js";

@Module({ providers: [CatalogCache, CatalogRepository, ModelCatalog], exports: [CatalogRepository, ModelCatalog] })
export class CatalogModule {}
