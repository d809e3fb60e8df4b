// What the operations routes answer.

import { ApiExtraModels, ApiProperty, getSchemaPath } from "@nestjs/swagger";
import { BoolField, EnumField, IntField, ListField, TextField, text } from "#libs/dto/index";
import type { Readiness } from "#libs/observability/index";

export class LiveView {
  @EnumField(["live"])
  status!: "live";
}

/** One part that the process needs. */
export class CheckView {
  @BoolField()
  ok!: boolean;

  @IntField({ min: 0 })
  durationMs!: number;

  @TextField({ optional: true, description: "Why it is not ok." })
  reason?: string;
}

@ApiExtraModels(CheckView)
export class ReadinessView {
  @EnumField(["ready", "unavailable", "stopping"])
  status!: Readiness["status"];

  @ListField(text(), { description: "Names of the parts that are down." })
  down!: string[];

  @ApiProperty({
    type: "object",
    additionalProperties: { $ref: getSchemaPath(CheckView) },
    description: "By part: database, migrations, redis, worker.",
  })
  checks!: Record<string, CheckView>;
}

/** The body of `GET /health/ready`. */
export function readinessView(readiness: Readiness): ReadinessView {
  const down = Object.entries(readiness.checks).filter(([, check]) => !check.ok);
  return { ...readiness, down: down.map(([name]) => name) };
}
