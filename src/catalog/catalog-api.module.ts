// The catalog over REST.
import { Module } from "@nestjs/common";
import { CatalogController } from "./catalog.controller.js";
import { CatalogModule } from "./catalog.module.js";
import { ModelSettingsController } from "./model-settings.controller.js";

@Module({ imports: [CatalogModule], controllers: [CatalogController, ModelSettingsController] })
export class CatalogApiModule {}
