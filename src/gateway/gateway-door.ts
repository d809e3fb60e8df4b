// Where a request comes in: what it may ask, and whether a kept answer will do or a provider is called.
import { Readable } from "node:stream";
import { Injectable } from "@nestjs/common";
import type { FastifyReply, FastifyRequest } from "fastify";
import { WorkspaceModelsService } from "#src/catalog/workspace-models";
import { type RequestParts } from "./answer-cache.js";
import { AnswerCopy, type KeptAnswer } from "./answer-copy.js";
import { type Caller, type Exchanged, Gateway } from "./gateway.js";
import { type Endpoint, type GatewayRequest, readGatewayRequest } from "./gateway-request.js";
import { GatewaySettingsService } from "./gateway-settings.js";
import { KeepAnswers } from "./keep-answers.js";
import { OpenCalls } from "./open-calls.js";
import { type LoggedRequest, RequestLog } from "./request-log.js";

/** Says whether a kept answer was given; absent where none is kept. */
const CACHE_HEADER = "x-parley-cache";

@Injectable()
export class GatewayDoor {
  constructor(
    private readonly models: WorkspaceModelsService,
    private readonly settings: GatewaySettingsService,
    private readonly answers: KeepAnswers,
    private readonly gateway: Gateway,
    private readonly open: OpenCalls,
    private readonly log: RequestLog,
  ) {}

  /**
   * Answers a request. What it may ask is asked first, whether its answer is kept or not.
   * @throws DomainError as {@link Gateway.call} does
   */
  async call(endpoint: Endpoint, caller: Caller, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { workspaceId } = caller;
    const asked = readGatewayRequest(endpoint, request, caller, await this.models.rules(workspaceId));
    const exchanged = { request, reply };
    // A response of that form may belong to a conversation at the provider: the same request is not the same twice.
    const { cacheOn, logOn } = await this.settings.ofCall(workspaceId);
    const log = logOn ? this.log.of(workspaceId, endpoint, request) : undefined;
    const isKept = cacheOn && endpoint.form !== "responses";
    if (!isKept) return this.gateway.call(asked, caller, exchanged, { log });
    const parts = partsOf(asked, caller);
    const directives = directivesOf(request);
    if (!directives.has("no-cache") && !directives.has("no-store")) {
      const kept = await this.answers.find(workspaceId, parts);
      if (kept) return this.repeat(asked, caller, exchanged, { kept, log });
    }
    reply.header(CACHE_HEADER, "miss");
    if (directives.has("no-store")) return this.gateway.call(asked, caller, exchanged, { log });
    const copy = new AnswerCopy();
    await this.gateway.call(asked, caller, exchanged, { copy, log });
    if (copy.answer) this.answers.keep(workspaceId, parts, copy.answer);
    return reply;
  }

  /** Gives the bytes that were given before. The row in the books is there first, as of every call. */
  private async repeat(
    asked: GatewayRequest,
    caller: Caller,
    { reply }: Exchanged,
    { kept: { contentType, bytes }, log }: { kept: KeptAnswer; log: LoggedRequest | undefined },
  ): Promise<FastifyReply> {
    const { workspaceId, userId, key } = caller;
    const callId = await this.open.fromCache({
      ...{ workspaceId, userId, apiKeyId: key.id, kind: "gateway", conversationId: null, messageId: null },
      ...{ attempt: 1, model: asked.model, alias: asked.alias },
    });
    reply.header(CACHE_HEADER, "hit").header("x-parley-cost-usd", "0").header("content-type", contentType);
    if (asked.stream) reply.header("cache-control", "no-cache, no-store").header("x-accel-buffering", "no");
    // A stream is told in chunks: with a length some clients would take it for a whole answer.
    reply.send(asked.stream ? Readable.from([bytes]) : bytes);
    log?.cached(callId, bytes, asked.stream);
    return reply;
  }
}

/** Everything on which an answer depends: where it goes, what is sent, and the models that the key may call. */
function partsOf({ endpoint, body, headers }: GatewayRequest, { key }: Caller): RequestParts {
  const sent = Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1));
  const models = key.models && [...key.models].sort();
  return [endpoint.path, JSON.stringify(sent), JSON.stringify(models), body].map((part) => Buffer.from(part));
}

/** RFC 9111 §5.2.1, as far as it is about keeping. */
function directivesOf(request: FastifyRequest): Set<string> {
  const header = String(request.headers["cache-control"] ?? "").toLowerCase();
  return new Set(header.split(",").map((directive) => directive.trim()));
}
