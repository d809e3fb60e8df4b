// The documented limits of a workspace, so that programs need not learn them by being refused.
import { Controller, Get } from "@nestjs/common";
import { ApiOkResponse, ApiTags } from "@nestjs/swagger";
import { Config } from "#libs/config/index";
import { ApiProblem, IdParam, IntField, MAX_JSON_DEPTH, MAX_JSON_ITEMS, ObjectField } from "#libs/dto/index";
import { WORKSPACE } from "#libs/http/index";
import { Can } from "#src/auth/auth.decorators";
import { MAX_CONTENT, MAX_SYSTEM_PROMPT } from "#src/chat/chat.dto";
import { GATEWAY_LIMIT } from "#src/gateway/gateway-routes";
import { JSON_LIMIT } from "./server.js";

/** Sizes are bytes of a request's body. */
export class RequestLimitsView {
  @IntField({ min: 1, description: "JSON body of the REST API, bytes." })
  maxBodyBytes!: number;

  @IntField({ min: 1, description: "JSON body of the gateway (/v1), bytes." })
  maxGatewayBodyBytes!: number;

  @IntField({ min: 1 })
  maxJsonDepth!: number;

  @IntField({ min: 1, description: "Items of any one list." })
  maxListItems!: number;

  @IntField({ min: 1, description: "Items of one page." })
  maxPageItems!: number;
}

/** Lengths are characters (Unicode code points). */
export class MessageLimitsView {
  @IntField({ min: 1 })
  maxContentCharacters!: number;

  @IntField({ min: 1 })
  maxSystemPromptCharacters!: number;
}

export class SignInLimitsView {
  @IntField({ min: 1, description: "Failed attempts of one account within the window." })
  maxFailures!: number;

  @IntField({ min: 1 })
  windowSeconds!: number;
}

export class LimitsView {
  @ObjectField(() => RequestLimitsView)
  requests!: RequestLimitsView;

  @ObjectField(() => MessageLimitsView)
  messages!: MessageLimitsView;

  @ObjectField(() => SignInLimitsView)
  signIn!: SignInLimitsView;
}

@ApiTags("limits")
@Controller(`${WORKSPACE}/limits`)
export class LimitsController {
  constructor(private readonly config: Config) {}

  @Get()
  @Can("limits.read")
  @ApiOkResponse({ type: LimitsView })
  @ApiProblem(401, 404)
  limits(@IdParam("ws") _workspaceId: string): LimitsView {
    return {
      requests: {
        maxBodyBytes: JSON_LIMIT,
        maxGatewayBodyBytes: GATEWAY_LIMIT,
        maxJsonDepth: MAX_JSON_DEPTH,
        maxListItems: MAX_JSON_ITEMS,
        maxPageItems: 100,
      },
      messages: { maxContentCharacters: MAX_CONTENT, maxSystemPromptCharacters: MAX_SYSTEM_PROMPT },
      signIn: { maxFailures: this.config.loginLimit, windowSeconds: 15 * 60 },
    };
  }
}
