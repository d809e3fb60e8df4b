// The catalog over REST.
import { Module } from "@nestjs/common";
import { CatalogController } from "./catalog.controller.js";
import { CatalogModule } from "./catalog.module.js";

@Module({ imports: [CatalogModule], controllers: [CatalogController] })
export class CatalogApiModule {}
