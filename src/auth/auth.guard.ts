// The global guard: denies by default, finds the account, its role in the path's workspace, and asks the policies.

import { type CanActivate, type ExecutionContext, Injectable } from "@nestjs/common";
import { Reflector } from "@nestjs/core";
import type { FastifyReply } from "fastify";
import { IS_PUBLIC } from "#libs/dto/index";
import { ForbiddenError, NotFoundError, UnauthorizedError } from "#libs/errors/index";
import { API } from "#libs/http/index";
import { extendContext } from "#libs/observability/index";
import { AccessService } from "./access.service.js";
import { ACTION, type AuthenticatedRequest, KEYS_ALLOWED, OPERATOR_ONLY } from "./auth.decorators.js";
import { type Action, assertCan } from "./policies.js";
import { RequestRates } from "./request-rates.js";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What a route's decorators say of its access. */
interface RouteRule {
  isPublic: boolean;
  operatorOnly: boolean;
  keysAllowed: boolean;
  action: Action | undefined;
}

@Injectable()
export class AuthGuard implements CanActivate {
  /** Controller → handler → rule. Metadata never change, and reading them costs as much as finding the session. */
  private readonly rules = new Map<unknown, Map<unknown, RouteRule>>();

  constructor(
    private readonly reflector: Reflector,
    private readonly access: AccessService,
    private readonly rates: RequestRates,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Sockets are authorised event by event in the gateway.
    if (context.getType() !== "http") return true;
    const rule = this.ruleOf(context);
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    if (rule.isPublic) {
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
    if (rule.operatorOnly) {
      if (!account.isOperator) throw new NotFoundError("This page");
      return true;
    }
    if (ws === undefined) {
      if (!account.key || rule.keysAllowed) return true;
      throw new ForbiddenError("No platform key may do this: sign in for it.", "insufficient_scope");
    }
    if (!UUID.test(ws)) throw new NotFoundError("This workspace");
    const actor = await this.access.actorIn(account, ws.toLowerCase());
    // RouteRules has refused to boot with such a route; this is the second lock.
    if (rule.action === undefined) throw new Error(`A route of a workspace has no @Can: ${request.routeOptions.url}`);
    assertCan(actor, rule.action);
    request.actor = actor;
    extendContext({ workspaceId: actor.workspaceId });
    return true;
  }

  private ruleOf(context: ExecutionContext): RouteRule {
    const [controller, handler] = [context.getClass(), context.getHandler()];
    const known = this.rules.get(controller)?.get(handler);
    if (known) return known;
    const read = <T>(key: string) => this.reflector.getAllAndOverride<T | undefined>(key, [handler, controller]);
    const rule = {
      isPublic: read<boolean>(IS_PUBLIC) === true,
      operatorOnly: read<boolean>(OPERATOR_ONLY) === true,
      keysAllowed: read<boolean>(KEYS_ALLOWED) === true,
      action: read<Action>(ACTION),
    };
    const ofController = this.rules.get(controller) ?? new Map<unknown, RouteRule>();
    this.rules.set(controller, ofController.set(handler, rule));
    return rule;
  }
}
