// A value that satisfies a JSON schema, for tool arguments and structured answers.
import { asArray, asNumber, asObject, asText, type JsonObject } from "../wire/json.js";

const DEPTH = 12;

const FORMATS: Readonly<Record<string, string>> = {
  date: "2026-11-23",
  "date-time": "2026-11-23T12:00:00Z",
  time: "12:00:00Z",
  email: "someone@example.com",
  uri: "https://example.com/",
  url: "https://example.com/",
  uuid: "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  hostname: "example.com",
};

function resolveRef(root: JsonObject, ref: string): JsonObject {
  let node: unknown = root;
  for (const step of ref.replace(/^#\/?/, "").split("/")) {
    if (step !== "") node = asObject(node)?.[decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return asObject(node) ?? {};
}

function textFor(schema: JsonObject, name: string): string {
  const known = FORMATS[asText(schema["format"]) ?? ""];
  if (known !== undefined) return known;
  const [least, most] = [asNumber(schema["minLength"]) ?? 0, asNumber(schema["maxLength"]) ?? 200];
  return (name || "text").padEnd(least, ".").slice(0, Math.max(least, most));
}

function numberFor(schema: JsonObject, whole: boolean): number {
  const step = asNumber(schema["multipleOf"]) ?? 1;
  const above = asNumber(schema["exclusiveMinimum"]);
  const below = asNumber(schema["exclusiveMaximum"]);
  const nudge = whole ? 1 : 0.5;
  const least = Math.max(asNumber(schema["minimum"]) ?? -Infinity, above === undefined ? -Infinity : above + nudge);
  const most = Math.min(asNumber(schema["maximum"]) ?? Infinity, below === undefined ? Infinity : below - nudge);
  const wish = Math.min(Math.max(1, least), most);
  const fitted = Math.ceil(wish / step) * step;
  return fitted <= most ? fitted : Math.floor(most / step) * step;
}

function objectFor(schema: JsonObject, root: JsonObject, depth: number): JsonObject {
  const properties = Object.entries(asObject(schema["properties"]) ?? {});
  const required = new Set(asArray(schema["required"]));
  // Deep schemas are often recursive through an optional property: below some depth only what is required.
  const wanted = properties.filter(([name]) => required.has(name) || depth < 3);
  return Object.fromEntries(wanted.map(([name, sub]) => [name, build(asObject(sub) ?? {}, root, depth + 1, name)]));
}

function kindOf(schema: JsonObject): string {
  const type = schema["type"];
  const named = Array.isArray(type) ? type.find((kind) => kind !== "null") : type;
  if (typeof named === "string") return named;
  if (schema["properties"]) return "object";
  return schema["items"] ? "array" : "string";
}

function build(schema: JsonObject, root: JsonObject, depth: number, name: string): unknown {
  if (depth > DEPTH) return null;
  if (schema["const"] !== undefined) return schema["const"];
  if (Array.isArray(schema["enum"])) return schema["enum"][0];
  if (schema["default"] !== undefined) return schema["default"];
  const ref = asText(schema["$ref"]);
  if (ref) return build(resolveRef(root, ref), root, depth + 1, name);
  const choice = asArray(schema["anyOf"] ?? schema["oneOf"]).map((option) => asObject(option) ?? {});
  if (choice.length > 0) {
    const real = choice.find((option) => option["type"] !== "null") ?? {};
    return build({ ...schema, anyOf: undefined, oneOf: undefined, ...real }, root, depth + 1, name);
  }
  const all = asArray(schema["allOf"]).map((part) => asObject(part) ?? {});
  if (all.length > 0) return build(Object.assign({}, { ...schema, allOf: undefined }, ...all), root, depth + 1, name);
  switch (kindOf(schema)) {
    case "object":
      return objectFor(schema, root, depth);
    case "array": {
      const count = Math.max(asNumber(schema["minItems"]) ?? 0, Math.min(1, asNumber(schema["maxItems"]) ?? 1));
      return Array.from({ length: count }, () => build(asObject(schema["items"]) ?? {}, root, depth + 1, name));
    }
    case "integer":
      return numberFor(schema, true);
    case "number":
      return numberFor(schema, false);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return textFor(schema, name);
  }
}

/**
 * A value for a schema: all properties, the first choice of an enum or union, bounds and formats kept. `pattern` and
 * `uniqueItems` are not looked at.
 */
export function schemaInstance(schema: JsonObject): unknown {
  return build(schema, schema, 0, "");
}
