// Provides the Redis connections and the event log.
import { Global, Module } from "@nestjs/common";
import { RedisClients } from "./clients.js";
import { EventLog } from "./event-log.js";

@Global()
@Module({ providers: [RedisClients, EventLog], exports: [RedisClients, EventLog] })
export class RedisModule {}
