// The error body of the REST API as a documented class, and the decorator that names it on routes.
import { applyDecorators } from "@nestjs/common";
import { ApiExtraModels, ApiResponse, getSchemaPath } from "@nestjs/swagger";
import { IntField, JsonField, ListField, TextField } from "./fields.js";

/** One wrong field. */
export class FieldErrorView {
  @TextField({ description: "Dotted path of the field; empty for the body as a whole.", example: "params.temperature" })
  path!: string;

  @TextField({ example: "must be at most 2" })
  message!: string;
}

/** RFC 9457 problem details. */
export class ProblemView {
  @TextField({ format: "uri-reference" })
  type!: string;

  @TextField()
  title!: string;

  @IntField({ min: 400, max: 599 })
  status!: number;

  @TextField()
  detail!: string;

  @TextField({ description: "Stable, for programs.", example: "not_found" })
  code!: string;

  @TextField({ description: "Equals the x-request-id header." })
  requestId!: string;

  @TextField({ optional: true, format: "uri-reference" })
  instance?: string;

  @ListField(() => FieldErrorView, { optional: true, description: "Every wrong field, on 400 and 422." })
  errors?: FieldErrorView[];

  @JsonField({ optional: true, description: "Facts that belong to the code." })
  details?: Record<string, unknown>;
}

const MEANING: Record<number, string> = {
  400: "The request is not well-formed; `errors` names every wrong field.",
  401: "No credentials, or ones that do not hold.",
  402: "A budget is used up, or could not hold for this model.",
  403: "Visible, but the role or scope is too low; or a cookie-authenticated write from a foreign origin.",
  404: "Not there, or not visible to the caller.",
  409: "Not possible in the present state.",
  410: "Gone for good.",
  413: "The body is too large.",
  415: "The content type is not supported.",
  422: "Well-formed, but not acceptable; or an idempotency key that came with another body.",
  429: "Too many requests; see `Retry-After`.",
  500: "A fault of the server.",
  502: "The provider answered with an error.",
  503: "A part of the service is down; see `Retry-After`.",
  507: "No storage space left.",
};

/** Documents answers of these statuses as problem+json. */
export function ApiProblem(...statuses: number[]): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiExtraModels(ProblemView),
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: MEANING[status] ?? "An error.",
        content: { "application/problem+json": { schema: { $ref: getSchemaPath(ProblemView) } } },
      }),
    ),
  );
}
