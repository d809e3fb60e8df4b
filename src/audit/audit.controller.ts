// A workspace's audit log, for its admins.
import { Controller, Get, Query } from "@nestjs/common";
import { ApiOkResponse, ApiParam, ApiTags } from "@nestjs/swagger";
import { ApiProblem, type Page, pageOf } from "#libs/dto/index";
import { WORKSPACE } from "#libs/http/index";
import { type Actor } from "#src/auth/actor";
import { Can, CurrentActor } from "#src/auth/auth.decorators";
import { AuditEventView, AuditVerificationView, ListAuditQuery, toVerificationView } from "./audit.views.js";
import { AuditLog } from "./audit-log.js";
import { auditPage } from "./audit-page.js";
import { AuditVerifier } from "./audit-verifier.js";

@ApiTags("audit")
@ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
@Controller(`${WORKSPACE}/audit`)
export class AuditController {
  constructor(
    private readonly log: AuditLog,
    private readonly verifier: AuditVerifier,
  ) {}

  /** Newest first. */
  @Can("audit.read")
  @Get()
  @ApiOkResponse({ type: pageOf(AuditEventView) })
  @ApiProblem(400, 401, 403, 404)
  list(@CurrentActor() actor: Actor, @Query() query: ListAuditQuery): Promise<Page<AuditEventView>> {
    return auditPage(this.log, actor.workspaceId, query);
  }

  /** Walks along the whole chain, and names the first event at which it does not hold. */
  @Can("audit.read")
  @Get("verify")
  @ApiOkResponse({ type: AuditVerificationView })
  @ApiProblem(401, 403, 404)
  async verify(@CurrentActor() actor: Actor): Promise<AuditVerificationView> {
    return toVerificationView(await this.verifier.verify(actor.workspaceId));
  }
}
