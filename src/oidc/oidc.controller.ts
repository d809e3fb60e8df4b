// Sign-in through an OpenID Connect provider: to it, and back. Browsers come here by navigation, so every answer is a redirect.
import { Controller, Get, HttpStatus, Query, Redirect, Req, Res } from "@nestjs/common";
import { ApiQuery, ApiResponse, ApiTags } from "@nestjs/swagger";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ApiProblem, Public } from "#libs/dto/index";
import { describe, NotFoundError } from "#libs/errors/index";
import { API } from "#libs/http/index";
import { Logger } from "#libs/observability/index";
import { StartQuery } from "./oidc.dto.js";
import { OidcFlow } from "./oidc-flow.js";
import { OidcProvider } from "./oidc-provider.js";
import { returnPath } from "./return-path.js";

const FOUND = {
  status: 302,
  description: "To the provider; or to a page of this site, with `problem` when it did not work.",
};

@ApiTags("auth")
@Controller(`${API}/auth/oidc`)
export class OidcController {
  constructor(
    private readonly flow: OidcFlow,
    private readonly provider: OidcProvider,
    private readonly logger: Logger,
  ) {}

  /** Begins to sign in through the provider. For browsers: they are led there. */
  @Public()
  @Get("start")
  @Redirect()
  @ApiResponse(FOUND)
  @ApiProblem(400, 404)
  async start(
    @Query() { next: asked, invite }: StartQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ url: string }> {
    const next = returnPath(asked);
    try {
      return { url: await this.flow.begin(request, reply, { next, ...(invite !== undefined && { invite }) }) };
    } catch (error) {
      if (error instanceof NotFoundError) throw error;
      return { url: this.explained("/login", error) };
    }
  }

  /** Where the provider sends people back. Signs in, and leads to the page that was asked for. */
  @Public()
  @Get("callback")
  @Redirect()
  @ApiQuery({ name: "state", required: false, schema: { type: "string" } })
  @ApiQuery({ name: "code", required: false, schema: { type: "string" } })
  @ApiQuery({ name: "error", required: false, schema: { type: "string" } })
  @ApiResponse(FOUND)
  @ApiProblem(404)
  async callback(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ url: string; statusCode: HttpStatus }> {
    this.provider.assertConfigured();
    const { next, error } = await this.flow.end(request, reply);
    return { url: error === undefined ? next : this.explained(next, error), statusCode: HttpStatus.FOUND };
  }

  /** The page with the reason, for people. */
  private explained(page: string, error: unknown): string {
    const { code, level } = describe(error);
    this.logger.write(level, "oidc_refused", { reason: code, ...(level === "error" && { error }) });
    return `${page}${page.includes("?") ? "&" : "?"}problem=${encodeURIComponent(code)}`;
  }
}
