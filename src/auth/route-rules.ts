// Refuses to boot with a route whose access nobody has decided: what is under a workspace must name its action.
import { Injectable, type OnModuleInit, RequestMethod } from "@nestjs/common";
import { METHOD_METADATA, PATH_METADATA } from "@nestjs/common/constants.js";
import { DiscoveryService, MetadataScanner, Reflector } from "@nestjs/core";
import { IS_PUBLIC } from "#libs/dto/index";
import { ACTION, KEYS_ALLOWED } from "./auth.decorators.js";

/** What a route says of its access. */
export interface RouteAccess {
  /** "GET /api/v1/workspaces/:ws/members". */
  route: string;
  public: boolean;
  action: string | undefined;
  /** Platform keys may call it, although it is under no workspace. */
  keys: boolean;
}

/** The faults of a list of routes, in words; none when access is decided everywhere. */
export function accessFaults(routes: readonly Omit<RouteAccess, "keys">[]): string[] {
  return routes.flatMap((access) => {
    const fault = accessFault(access);
    return fault === undefined ? [] : [`${access.route} ${fault}`];
  });
}

function accessFault({ route, public: isPublic, action }: Omit<RouteAccess, "keys">): string | undefined {
  const param = /\/workspaces\/:([^/]+)/.exec(route)?.[1];
  if (param !== undefined && param !== "ws") return `must call the workspace :ws, not :${param}`;
  const inWorkspace = /\/:ws(\/|$)/.test(route);
  if (inWorkspace && isPublic) return "is under a workspace and cannot be @Public";
  if (inWorkspace && action === undefined) return "is under a workspace and has no @Can";
  if (!inWorkspace && action !== undefined) return "has @Can but is under no workspace, so nobody would check it";
  return undefined;
}

@Injectable()
export class RouteRules implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Error naming every route whose access is not decided */
  onModuleInit(): void {
    const faults = accessFaults(this.routes());
    if (faults.length > 0) throw new Error(`Routes without a decision on access:\n  ${faults.join("\n  ")}`);
  }

  /** Every route of every controller. */
  routes(): RouteAccess[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => (metatype ? this.routesOf(metatype) : []));
  }

  private routesOf(controller: NonNullable<ReturnType<DiscoveryService["getControllers"]>[number]["metatype"]>) {
    const prototype = controller.prototype as Record<string, (...args: never[]) => unknown>;
    return this.scanner.getAllMethodNames(prototype).flatMap((name): RouteAccess[] => {
      const handler = prototype[name]!;
      const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
      if (method === undefined) return [];
      const targets = [handler, controller];
      return pathsOf(controller).flatMap((root) =>
        pathsOf(handler).map((path) => ({
          route: `${RequestMethod[method]} /${[root, path].filter((part) => part !== "").join("/")}`,
          public: this.reflector.getAllAndOverride<boolean | undefined>(IS_PUBLIC, targets) ?? false,
          action: this.reflector.getAllAndOverride<string | undefined>(ACTION, targets),
          keys: this.reflector.getAllAndOverride<boolean | undefined>(KEYS_ALLOWED, targets) ?? false,
        })),
      );
    });
  }
}

function pathsOf(target: object): string[] {
  const path = (Reflect.getMetadata(PATH_METADATA, target) as string | string[] | undefined) ?? "";
  return [path].flat().map((one) => one.replace(/^\/+|\/+$/g, ""));
}
