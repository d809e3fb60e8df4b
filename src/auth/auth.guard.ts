// The global guard: denies by default, finds the account, its role in the path's workspace, and asks the policies.

import { type CanActivate, type ExecutionContext, Injectable } from "@nestjs/common";
import { Reflector } from "@nestjs/core";
import type { FastifyReply } from "fastify";
import { ForbiddenError, NotFoundError, UnauthorizedError } from "#libs/errors/index";
import { API, IS_PUBLIC } from "#libs/http/index";
import { extendContext } from "#libs/observability/index";
import { AccessService } from "./access.service.js";
import { ACTION, type AuthenticatedRequest, KEYS_ALLOWED, OPERATOR_ONLY } from "./auth.decorators.js";
import { type Action, assertCan } from "./policies.js";
import { RequestRates } from "./request-rates.js";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly access: AccessService,
    private readonly rates: RequestRates,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Sockets are authorised event by event in the gateway.
    if (context.getType() !== "http") return true;
    const targets = [context.getHandler(), context.getClass()];
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, targets)) {
      if (request.routeOptions.url?.startsWith(`/${API}/`)) await this.rates.countAddress(request.ip, reply);
      return true;
    }
    const account = await this.access.authenticate(request.headers);
    if (!account) {
      await this.rates.countAddress(request.ip, reply);
      throw new UnauthorizedError();
    }
    await this.rates.countAccount(account, reply);
    request.account = account;
    extendContext({ userId: account.userId, ...(account.key && { keyId: account.key.id }) });
    if (account.key) await this.access.countRequest(account.key, reply);
    const { ws } = request.params as { ws?: string };
    if (this.reflector.getAllAndOverride<boolean>(OPERATOR_ONLY, targets)) {
      if (!account.isOperator) throw new NotFoundError("This page");
      return true;
    }
    if (ws === undefined) {
      if (!account.key || this.reflector.getAllAndOverride<boolean>(KEYS_ALLOWED, targets)) return true;
      throw new ForbiddenError("No platform key may do this: sign in for it.", "insufficient_scope");
    }
    if (!UUID.test(ws)) throw new NotFoundError("This workspace");
    const actor = await this.access.actorIn(account, ws.toLowerCase());
    const action = this.reflector.getAllAndOverride<Action | undefined>(ACTION, targets);
    // RouteRules has refused to boot with such a route; this is the second lock.
    if (action === undefined) throw new Error(`A route of a workspace has no @Can: ${request.routeOptions.url}`);
    assertCan(actor, action);
    request.actor = actor;
    extendContext({ workspaceId: actor.workspaceId });
    return true;
  }
}
