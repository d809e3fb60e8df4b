// The table of role × action, for the members page.
import { Controller, Get } from "@nestjs/common";
import { ApiOkResponse, ApiTags } from "@nestjs/swagger";
import { ApiProblem, EnumField, ListField, oneOf, TextField } from "#libs/dto/index";
import { API } from "#libs/http/index";
import { ROLES, type Role } from "./actor.js";
import { isAtLeast, POLICIES, scopesOf } from "./policies.js";
import { SCOPE_NAMES, SCOPES, type Scope } from "./scopes.js";

export class PolicyView {
  @TextField({ example: "members.manage" }) action!: string;
  @TextField({ description: 'For people, fits behind "may".', example: "see the members" }) what!: string;
  @ListField(oneOf(ROLES), { description: "The roles that may." }) roles!: Role[];
}

export class ScopeView {
  @EnumField(SCOPE_NAMES) scope!: Scope;
  @TextField({ description: "What it allows, for people." }) what!: string;
  @ListField(oneOf(ROLES), { description: "The roles that may give it to a platform key." }) roles!: Role[];
}

export class PoliciesView {
  @ListField(() => PolicyView) policies!: PolicyView[];
  @ListField(() => ScopeView, { description: "Of platform keys." }) scopes!: ScopeView[];
}

@ApiTags("auth")
@Controller(`${API}/policies`)
export class PoliciesController {
  /** What each role of a workspace may do, and which scopes it may give to platform keys. */
  @Get()
  @ApiOkResponse({ type: PoliciesView })
  @ApiProblem(401)
  list(): PoliciesView {
    const policies = Object.entries(POLICIES).map(([action, { least, what }]) => ({
      action,
      what,
      roles: ROLES.filter((role) => isAtLeast(role, least)),
    }));
    const scopes = SCOPE_NAMES.map((scope) => ({
      scope,
      what: SCOPES[scope],
      roles: ROLES.filter((role) => scopesOf(role).includes(scope)),
    }));
    return { policies, scopes };
  }
}
