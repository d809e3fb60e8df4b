// How many calls of the gateway run at once in an API process.
import { z } from "zod";

const most = z.coerce.number().int().min(1).max(1_000_000);

export const gatewayVariables = {
  GATEWAY_CALLS_PER_WORKSPACE: most.default(500),
  GATEWAY_CALLS_PER_USER: most.default(250),
};

/** Calls of the gateway at once, in each API process: of a workspace, of a member in it. Above: 429. */
export interface GatewayLimits {
  perWorkspace: number;
  perUser: number;
}

export function gatewayLimits(env: Record<keyof typeof gatewayVariables, number>): GatewayLimits {
  return { perWorkspace: env.GATEWAY_CALLS_PER_WORKSPACE, perUser: env.GATEWAY_CALLS_PER_USER };
}
