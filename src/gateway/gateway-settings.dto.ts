// What admins choose about the gateway of a workspace.
import { BoolField, IntField } from "#libs/dto/index";
import { type GatewaySettings } from "./gateway-answer.entity.js";

/** Bounds of the time to live, seconds: a day is long for answers of models, and nothing is kept for good. */
const TTL = {
  min: 1,
  max: 86_400,
  description: "For how long an answer is kept, seconds. A shorter time counts for those that are kept, too.",
};

/** Bounds of the retention, days. */
const RETENTION = {
  min: 1,
  max: 365,
  description: "For how many days a logged call stays. Counts for those that were logged before, too.",
};
const LOGGING = "Logs the request and the answer of every call, sealed.";

/** What is absent stays as it is. */
export class UpdateGatewaySettingsDto {
  @BoolField({
    optional: true,
    description: "Answers the same request again from what was kept. Off deletes all of it.",
  })
  cacheEnabled?: boolean;
  @IntField({ optional: true, ...TTL }) cacheTtlSeconds?: number;
  @BoolField({ optional: true, description: `${LOGGING} Off deletes nothing: see \`DELETE …/gateway/logs\`.` })
  loggingEnabled?: boolean;
  @IntField({ optional: true, ...RETENTION }) logRetentionDays?: number;
}

export class GatewaySettingsView {
  @BoolField({ description: "Whether the same request is answered from what was kept." }) cacheEnabled!: boolean;
  @IntField(TTL) cacheTtlSeconds!: number;
  @IntField({ description: "Answers that are kept now." }) cachedAnswers!: number;
  @IntField({ description: "Their bytes." }) cachedBytes!: number;
  @BoolField({ description: LOGGING }) loggingEnabled!: boolean;
  @IntField(RETENTION) logRetentionDays!: number;
}

export function toGatewaySettingsView(
  { cacheOn, cacheTtlS, logOn, logDays }: Pick<GatewaySettings, "cacheOn" | "cacheTtlS" | "logOn" | "logDays">,
  { answers, bytes }: { answers: number; bytes: number },
): GatewaySettingsView {
  return {
    ...{ cacheEnabled: cacheOn, cacheTtlSeconds: cacheTtlS, cachedAnswers: answers, cachedBytes: bytes },
    ...{ loggingEnabled: logOn, logRetentionDays: logDays },
  };
}
