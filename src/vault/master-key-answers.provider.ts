// Makes a process that serves answer which keys of VAULT_KEYS it has.
import { hostname } from "node:os";
import type { FactoryProvider } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { RedisClients } from "#libs/redis/index";
import { MasterKeyAnswers } from "./master-key-holders.js";

export function masterKeyAnswers(what: "API" | "worker"): FactoryProvider<MasterKeyAnswers> {
  return {
    provide: MasterKeyAnswers,
    inject: [RedisClients, Config],
    useFactory: (redis: RedisClients, config: Config) =>
      new MasterKeyAnswers(redis, config, `the ${what} process ${process.pid} on ${hostname()}`),
  };
}
