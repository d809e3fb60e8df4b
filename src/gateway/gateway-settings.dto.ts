// What admins choose about the gateway of a workspace.
import { BoolField, IntField } from "#libs/http/index";
import { type GatewaySettings } from "./gateway-answer.entity.js";

/** Bounds of the time to live, seconds: a day is long for answers of models, and nothing is kept for good. */
const TTL = {
  min: 1,
  max: 86_400,
  description: "For how long an answer is kept, seconds. A shorter time counts for those that are kept, too.",
};

/** What is absent stays as it is. */
export class UpdateGatewaySettingsDto {
  @BoolField({
    optional: true,
    description: "Answers the same request again from what was kept. Off deletes all of it.",
  })
  cacheEnabled?: boolean;
  @IntField({ optional: true, ...TTL }) cacheTtlSeconds?: number;
}

export class GatewaySettingsView {
  @BoolField({ description: "Whether the same request is answered from what was kept." }) cacheEnabled!: boolean;
  @IntField(TTL) cacheTtlSeconds!: number;
  @IntField({ description: "Answers that are kept now." }) cachedAnswers!: number;
  @IntField({ description: "Their bytes." }) cachedBytes!: number;
}

export function toGatewaySettingsView(
  { cacheOn, cacheTtlS }: Pick<GatewaySettings, "cacheOn" | "cacheTtlS">,
  { answers, bytes }: { answers: number; bytes: number },
): GatewaySettingsView {
  return { cacheEnabled: cacheOn, cacheTtlSeconds: cacheTtlS, cachedAnswers: answers, cachedBytes: bytes };
}
