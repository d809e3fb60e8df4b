// A call through the gateway: who may, at which key, what it cost. The bytes go through `relay.ts`.
import { Injectable } from "@nestjs/common";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Logger } from "#libs/observability/index";
import { DEFAULT_TIMEOUTS, OpenRouterClient, type ProviderError } from "#libs/openrouter/index";
import { type Actor, type KeyGrant } from "#src/auth/actor";
import { Admission, type Admitted } from "#src/budgets/admission";
import { CallRecord } from "#src/usage/call-record";
import { type CallEnd } from "#src/usage/provider-calls.repository";
import { type ProviderCredential } from "#src/vault/call-keys";
import { ProviderKeyring } from "#src/vault/provider-keyring";
import { type AnswerCopy, toEach } from "./answer-copy.js";
import { CallLimits } from "./call-limits.js";
import { type GatewayRequest } from "./gateway-request.js";
import { KeyWatch } from "./key-watch.js";
import { OpenCalls } from "./open-calls.js";
import { CLIENT_GONE, KEY_ENDED, ownReason, Relay, STOPPING } from "./relay.js";
import { type LoggedRequest } from "./request-log.js";
import { UpstreamError } from "./upstream-error.js";

/** Who asks through the gateway: always a platform key. */
export type Caller = Actor & { key: KeyGrant };

/** What a client has sent, and what it gets. */
export interface Exchanged {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** The exchange of one request, whatever keys it takes. */
interface Call {
  asked: GatewayRequest;
  caller: Caller;
  request: FastifyRequest;
  reply: FastifyReply;
  signal: AbortSignal;
  /** Gets the answer, too. */
  copy: AnswerCopy | undefined;
  /** Gets what is logged of it, too. */
  log: LoggedRequest | undefined;
  /** The answer that runs now. */
  relay: Relay | undefined;
}

interface Attempt {
  error: ProviderError | null;
  relay: Relay;
}

/** How long a request waits for budgets that are held by calls that run, ms. */
const PATIENCE_MS = 20_000;

@Injectable()
export class Gateway {
  constructor(
    private readonly admission: Admission,
    private readonly keyring: ProviderKeyring,
    private readonly open: OpenCalls,
    private readonly keys: KeyWatch,
    private readonly limits: CallLimits,
    private readonly logger: Logger,
  ) {}

  /**
   * Passes a request on and its answer back.
   * @throws DomainError while the answer can still be another one; once a stream has begun, its last event tells the fault
   */
  async call(
    asked: GatewayRequest,
    caller: Caller,
    { request, reply }: Exchanged,
    { copy, log }: { copy?: AnswerCopy; log?: LoggedRequest | undefined } = {},
  ): Promise<FastifyReply> {
    const leave = this.limits.enter(caller);
    const control = new AbortController();
    const call: Call = { asked, caller, request, reply, copy, log, signal: control.signal, relay: undefined };
    reply.raw.once("close", () => {
      if (!reply.raw.writableFinished && !call.relay?.done) control.abort(CLIENT_GONE);
    });
    const ended = this.run(call);
    ended.then(leave, leave);
    this.open.add({ ended, interrupt: () => control.abort(STOPPING) });
    const unwatch = this.keys.watch(caller, () => control.abort(KEY_ENDED));
    try {
      await ended;
    } catch (error) {
      if (control.signal.reason !== CLIENT_GONE) throw ownReason(control.signal.reason) ?? error;
      // It went while it waited: nobody is there to be answered.
      reply.hijack();
    } finally {
      unwatch();
    }
    return reply;
  }

  private async run(call: Call): Promise<void> {
    const keys = await this.keyring.keysFor(call.caller.workspaceId, { recent: true });
    let credential = await keys.first();
    for (let tried = 1; ; tried++) {
      const { error, relay } = await this.attempt(call, credential, tried);
      if (!error) return keys.worked();
      const next = await keys.after(error);
      if (relay.streaming) return;
      if (call.signal.reason === CLIENT_GONE) {
        // Nobody is there to be answered.
        call.reply.hijack();
        return;
      }
      if (call.signal.aborted) throw ownReason(call.signal.reason) ?? new UpstreamError(error, relay.words);
      if (!next) throw new UpstreamError(error, relay.words);
      this.logger.warn("gateway_next_key", { keyId: credential.keyId, code: error.code });
      credential = next;
    }
  }

  /** One call to the provider and its ledger row. */
  private async attempt(call: Call, credential: ProviderCredential, attempt: number): Promise<Attempt> {
    const { caller, request, reply } = call;
    const { callId, maxTokens } = await this.begin(call, attempt);
    const asked = maxTokens === null ? call.asked : call.asked.limitedTo(maxTokens);
    const record = new CallRecord(callId);
    const log = call.log?.attempt(callId);
    let ended: Promise<void> | undefined;
    const end = (how: { isAwaited: boolean }): Promise<void> => {
      ended ??= this.open.end(endOf(record, credential, caller), how);
      return ended;
    };
    const body = credential.provider === "openrouter" ? undefined : asked.askingForUsage();
    const relay = new Relay({
      asked,
      request,
      reply,
      record,
      secret: credential.secret,
      hideUsage: body !== undefined,
      // An answer that a budget has made shorter is not what was asked for.
      copy: toEach(maxTokens === null ? call.copy : undefined, log),
      noteGeneration: (generationId) =>
        this.open.noteGeneration(callId, { generationId, providerKeyId: credential.keyId }),
      settle: () => end({ isAwaited: true }),
    });
    call.relay = relay;
    try {
      relay.start(exchangeOf(asked, call.signal, relay, credential, body));
      const error = await relay.ended;
      log?.ended(error, relay, call.signal.reason);
      return { error, relay };
    } catch (error) {
      record.failed(error);
      log?.ended(error, relay, call.signal.reason);
      throw error;
    } finally {
      await end({ isAwaited: false });
      log?.keep();
      const { generationId, outcome } = record;
      const { errorCode, latencyMs } = outcome;
      const { id: keyId } = caller.key;
      this.logger.info("gateway_call", {
        ...{ callId, generationId, keyId, model: asked.model, stream: asked.stream },
        ...(errorCode && { code: errorCode }),
        ...(latencyMs != null && { durationMs: latencyMs }),
      });
    }
  }

  /** Opens the ledger row once the budgets have room for the call. */
  private begin({ asked, caller, signal }: Call, attempt: number): Promise<Admitted> {
    const { workspaceId, userId, key } = caller;
    const createdAt = Date.now();
    const row = {
      ...{ workspaceId, userId, apiKeyId: key.id, kind: "gateway" as const, conversationId: null, messageId: null },
      ...{ attempt, model: asked.model, alias: asked.alias, createdAt },
    };
    const { fallbacks, prompt, searches, maxTokens, choices } = asked;
    const models = [asked.model, ...fallbacks];
    return this.admission.begin(
      { workspaceId, userId, apiKeyId: key.id, createdAt },
      { models, prompt, searches, maxTokens, choices, patienceMs: PATIENCE_MS, signal },
      (ask, gate) => this.open.begin(row, ask, gate),
    );
  }
}

/** What is known of a call when nothing more comes. */
function endOf({ callId, outcome, generationId }: CallRecord, { keyId }: ProviderCredential, caller: Caller): CallEnd {
  const { workspaceId, userId, key } = caller;
  const generation = { generationId, providerKeyId: keyId };
  return { id: callId, outcome, generation, spender: { workspaceId, userId, apiKeyId: key.id } };
}

function exchangeOf(
  asked: GatewayRequest,
  signal: AbortSignal,
  relay: Relay,
  credential: ProviderCredential,
  body: Buffer | undefined,
) {
  const { baseUrl, secret: apiKey, dispatcher } = credential;
  const client = new OpenRouterClient({ baseUrl, apiKey, appName: "Parley", ...(dispatcher && { dispatcher }) });
  // Without a stream nothing comes until the model is done.
  const timeouts = asked.stream ? {} : { firstByteMs: DEFAULT_TIMEOUTS.answerMs };
  return client.raw(asked.endpoint.path, body ?? asked.body, relay, { signal, headers: asked.headers, timeouts });
}
