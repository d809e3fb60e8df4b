// Liveness, readiness and metrics of the API process.
import { Controller, Get, Headers, HttpCode, Res } from "@nestjs/common";
import { ApiOkResponse, ApiProduces, ApiResponse, ApiTags } from "@nestjs/swagger";
import type { FastifyReply } from "fastify";
import { Config } from "#libs/config/index";
import { ApiProblem, Public } from "#libs/dto/index";
import { UnauthorizedError } from "#libs/errors/index";
import { HealthChecks, mayReadMetrics, registry } from "#libs/observability/index";
import { LiveView, ReadinessView, readinessView } from "./operations.views.js";

@ApiTags("operations")
@Public()
@Controller()
export class OperationsController {
  constructor(
    private readonly health: HealthChecks,
    private readonly config: Config,
  ) {}

  /** The process runs. */
  @Get("health/live")
  @ApiOkResponse({ type: LiveView })
  live(): LiveView {
    return { status: "live" };
  }

  /** The process and all that it needs are ready; 503 says which part is not. */
  @Get("health/ready")
  @HttpCode(200)
  @ApiOkResponse({ type: ReadinessView })
  @ApiResponse({ status: 503, type: ReadinessView, description: "A part is down, or the process is stopping." })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessView> {
    const readiness = await this.health.readiness();
    if (readiness.status !== "ready") reply.code(503);
    return readinessView(readiness);
  }

  /** Prometheus text format. With METRICS_TOKEN configured, `Authorization: Bearer` must carry it. */
  @Get("metrics")
  @ApiProduces("text/plain")
  @ApiOkResponse({ description: "Metrics.", content: { "text/plain": { schema: { type: "string" } } } })
  @ApiProblem(401)
  async metrics(
    @Headers("authorization") authorization: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    if (!mayReadMetrics(authorization, this.config.metricsToken))
      throw new UnauthorizedError("The metrics need their token.");
    reply.header("content-type", registry.contentType);
    return registry.metrics();
  }
}
