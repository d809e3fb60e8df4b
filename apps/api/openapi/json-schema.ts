// Turns the OpenAPI 3.0 that @nestjs/swagger writes into true OpenAPI 3.1 (JSON Schema 2020-12): the differences are in the schemas.

/** Any JSON object of the document. */
export type Json = { [key: string]: unknown };

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Keywords whose values are data, not schemas: `nullable` inside an example is nobody's keyword. */
const DATA = new Set(["example", "examples", "default", "enum", "const"]);

/** Rewrites 3.0 keywords of a schema (or of anything that holds schemas) into 3.1, without changing its argument. */
export function toSchema31(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toSchema31);
  if (!isJson(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, DATA.has(key) ? inner : toSchema31(inner)]);
  return withoutOldKeywords(Object.fromEntries(entries) as Json);
}

function withoutOldKeywords(schema: Json): Json {
  const { nullable, example, ...rest } = schema;
  const shown = example !== undefined && isSchema(rest) ? { ...rest, examples: [example] } : restore(rest, example);
  if (nullable !== true) return nullable === undefined || isSchema(rest) ? shown : { ...shown, nullable };
  return orNull(shown);
}

/** 3.0's `example` is also a keyword of media types and parameters, where 3.1 keeps it. */
function isSchema(value: Json): boolean {
  return ["type", "$ref", "allOf", "anyOf", "oneOf", "properties", "items", "enum"].some((key) => key in value);
}

function restore(rest: Json, example: unknown): Json {
  return example === undefined ? rest : { ...rest, example };
}

function orNull(schema: Json): Json {
  const { type, enum: values, allOf, $ref, ...rest } = schema;
  if (typeof type === "string") {
    return { ...rest, type: [type, "null"], ...(Array.isArray(values) && { enum: [...values, null] }) };
  }
  // A reference with remarks comes as allOf of one; either may be that, or null.
  const refs = Array.isArray(allOf) ? allOf : $ref === undefined ? [] : [{ $ref }];
  if (refs.length === 0) return schema;
  return { ...rest, anyOf: [...(refs.length === 1 ? refs : [{ allOf: refs }]), { type: "null" }] };
}
