// The table of role × action, for the members page.
import { Controller, Get } from "@nestjs/common";
import { ApiOkResponse, ApiTags } from "@nestjs/swagger";
import { API, ApiProblem, ListField, oneOf, TextField } from "#libs/http/index";
import { ROLES, type Role } from "./actor.js";
import { isAtLeast, POLICIES } from "./policies.js";

export class PolicyView {
  @TextField({ example: "members.manage" }) action!: string;
  @TextField({ description: 'For people, fits behind "may".', example: "see the members" }) what!: string;
  @ListField(oneOf(ROLES), { description: "The roles that may." }) roles!: Role[];
}

export class PoliciesView {
  @ListField(() => PolicyView) policies!: PolicyView[];
}

@ApiTags("auth")
@Controller(`${API}/policies`)
export class PoliciesController {
  /** What each role of a workspace may do. */
  @Get()
  @ApiOkResponse({ type: PoliciesView })
  @ApiProblem(401)
  list(): PoliciesView {
    const policies = Object.entries(POLICIES).map(([action, { least, what }]) => ({
      action,
      what,
      roles: ROLES.filter((role) => isAtLeast(role, least)),
    }));
    return { policies };
  }
}
