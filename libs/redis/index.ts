// The door of libs/redis.
export { connectRedis, type Listener, PREFIX, RedisClients, redisOptions } from "./clients.js";
export { CONTROL_CHANNEL, EventLog, LIVE_CHANNEL, type LogAppend, type LoggedEvent } from "./event-log.js";
export { RedisModule } from "./redis.module.js";
