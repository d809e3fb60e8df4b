// What controllers say about access: the action of a route, and who asks.
import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from "@nestjs/common";
import { ApiExtension } from "@nestjs/swagger";
import type { FastifyRequest } from "fastify";
import { type Account, type Actor } from "./actor.js";
import { type Action } from "./policies.js";

export const ACTION = "parley:action";

/** The action that a route of a workspace is; the guard checks it against the policies. */
export const Can = (action: Action) => applyDecorators(SetMetadata(ACTION, action), ApiExtension("x-action", action));

export const KEYS_ALLOWED = "parley:keys-allowed";

/**
 * Lets platform keys call a route that is under no workspace; to all other such routes they are no credential. The handler
 * must not show more than `account.key` allows.
 */
export const KeysAllowed = () => SetMetadata(KEYS_ALLOWED, true);

export const OPERATOR_ONLY = "parley:operator-only";

/** A route of the instance's operators; to everybody else it does not exist (404). */
export const OperatorOnly = () =>
  applyDecorators(SetMetadata(OPERATOR_ONLY, true), ApiExtension("x-action", "operator"));

/** A request that has passed the guard. */
export type AuthenticatedRequest = FastifyRequest & { account?: Account; actor?: Actor };

/** The signed-in account. */
export const CurrentAccount = createParamDecorator((_: unknown, context: ExecutionContext): Account => {
  const { account } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!account) throw new Error("A route that asks for the account must not be public");
  return account;
});

/** The account in the workspace of the route's path. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!actor) throw new Error("A route that asks for the actor must be under a workspace");
  return actor;
});
