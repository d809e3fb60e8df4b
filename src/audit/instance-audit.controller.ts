// The instance's own audit log, for operators.
import { Controller, Get, Query } from "@nestjs/common";
import { ApiOkResponse, ApiTags } from "@nestjs/swagger";
import { ApiProblem, type Page, pageOf } from "#libs/dto/index";
import { API } from "#libs/http/index";
import { OperatorOnly } from "#src/auth/auth.decorators";
import { AuditEventView, AuditVerificationView, ListAuditQuery, toVerificationView } from "./audit.views.js";
import { AuditLog } from "./audit-log.js";
import { auditPage } from "./audit-page.js";
import { AuditVerifier } from "./audit-verifier.js";
import { INSTANCE } from "./chain.js";

@ApiTags("operations")
@Controller(`${API}/instance/audit`)
export class InstanceAuditController {
  constructor(
    private readonly log: AuditLog,
    private readonly verifier: AuditVerifier,
  ) {}

  /** Sign-ins, accounts and operators' acts, newest first. */
  @OperatorOnly()
  @Get()
  @ApiOkResponse({ type: pageOf(AuditEventView) })
  @ApiProblem(400, 401, 404)
  list(@Query() query: ListAuditQuery): Promise<Page<AuditEventView>> {
    return auditPage(this.log, INSTANCE, query);
  }

  /** Walks along the instance's own chain. `npx parley audit verify` walks along all. */
  @OperatorOnly()
  @Get("verify")
  @ApiOkResponse({ type: AuditVerificationView })
  @ApiProblem(401, 404)
  async verify(): Promise<AuditVerificationView> {
    return toVerificationView(await this.verifier.verify(INSTANCE));
  }
}
