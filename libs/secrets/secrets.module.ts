// Provides the instance's secrets.
import { Global, Module } from "@nestjs/common";
import { InstanceSecrets } from "./instance-secrets.js";

@Global()
@Module({ providers: [InstanceSecrets], exports: [InstanceSecrets] })
export class SecretsModule {}
