// What is asked of logged calls, and how they look.
import { BoolField, DateTimeField, EnumField, IntField, PageQuery, TextField, UuidField } from "#libs/dto/index";
import { isoTime } from "#libs/http/index";
import { CallView, toCallView } from "#src/analytics/call.view";
import { LOG_STATUSES, type LogStatus } from "./gateway-log.entity.js";
import { type OpenedLog } from "./gateway-logs.js";
import { type LogFilter, type LoggedRow } from "./gateway-logs.repository.js";
import { MOST_LOGGED_BYTES } from "./log-body.js";

const STATUS = {
  description:
    "`cached`: answered from what was kept; `stopped`: by its client; `failed`: the client was told an error.",
};
const CUT = `Longer than the ${MOST_LOGGED_BYTES} bytes that are logged: the rest is not there.`;
const BODY = "Null: it does not open any more, as after a loss of the workspace's key.";

export class ListGatewayLogsQuery extends PageQuery {
  @TextField({ optional: true, min: 1, max: 200, description: "A part of the model's id, asked or served, or alias." })
  model?: string;
  @UuidField({ optional: true, description: "The platform key." }) apiKeyId?: string;
  @UuidField({ optional: true, description: "The member for whom the key acts." }) userId?: string;
  @EnumField(LOG_STATUSES, { optional: true, ...STATUS }) status?: LogStatus;
  @TextField({ optional: true, min: 1, max: 100, description: "As `errorCode` of the call." }) errorCode?: string;
  @DateTimeField({ optional: true, description: "Included." }) from?: string;
  @DateTimeField({ optional: true, description: "Not included." }) to?: string;
}

/** A row of the ledger, and what was logged beside it. */
export class GatewayLogView extends CallView {
  @TextField({ description: "Below `/v1`.", example: "/chat/completions" }) path!: string;
  @EnumField(LOG_STATUSES, STATUS) status!: LogStatus;
  @IntField({ nullable: true, description: "What the client got; null: it was gone before." }) httpStatus!:
    | number
    | null;
  @BoolField({ description: "The answer is a stream of events." }) streamed!: boolean;
  @TextField({ nullable: true, description: "Of the member." }) userName!: string | null;
  @TextField({ nullable: true, description: "Of the platform key." }) apiKeyName!: string | null;
  @IntField({ description: "Of the whole request." }) requestBytes!: number;
  @BoolField({ description: CUT }) requestTruncated!: boolean;
  @IntField({ description: "Of the whole answer." }) answerBytes!: number;
  @BoolField({ description: CUT }) answerTruncated!: boolean;
}

export class GatewayLogDetailView extends GatewayLogView {
  @TextField({ nullable: true, description: `The body as the client sent it. ${BODY}` }) request!: string | null;
  @TextField({ nullable: true, description: `The body as the client got it, of a stream its events. ${BODY}` })
  answer!: string | null;
}

export function toLogFilter(query: ListGatewayLogsQuery): LogFilter {
  const { model, apiKeyId, userId, status, errorCode, from, to } = query;
  const epoch = (time: string | undefined) => (time === undefined ? undefined : Date.parse(time));
  return { model, apiKeyId, userId, status, errorCode, from: epoch(from), to: epoch(to) };
}

export function toGatewayLogView({ log, call, userName, apiKeyName }: LoggedRow): GatewayLogView {
  const { path, status, httpStatus, streamed, requestBytes, answerBytes } = log;
  return {
    ...toCallView(call),
    ...{ path, status, httpStatus, streamed, userName, apiKeyName, requestBytes, answerBytes },
    requestTruncated: log.requestCut,
    answerTruncated: log.answerCut,
    createdAt: isoTime(log.createdAt),
  };
}

export function toGatewayLogDetailView({ bodies, ...row }: OpenedLog): GatewayLogDetailView {
  return { ...toGatewayLogView(row), request: bodies?.request ?? null, answer: bodies?.answer ?? null };
}
