// Field decorators for request and view classes: validation, query-string reading and OpenAPI schema come from one line and cannot differ.
import { applyDecorators, type Type as Class } from "@nestjs/common";
import { ApiProperty, type ApiPropertyOptions } from "@nestjs/swagger";
import { Transform, Type } from "class-transformer";
import { ValidateBy, ValidateIf, ValidateNested } from "class-validator";
import {
  bool,
  dateTime,
  int,
  json,
  money,
  type NumberOptions,
  number,
  oneOf,
  type Rule,
  type TextOptions,
  text,
  uuid,
} from "./rules.js";

/** class-transformer group of values that came as text (query strings, path parameters). */
export const FROM_TEXT = "from-text";

/** What every field may say. */
export interface FieldOptions {
  /** May be absent (not the same as null). */
  optional?: boolean;
  /** May be null. */
  nullable?: boolean;
  description?: string;
  example?: unknown;
  /** Only documents it: set the value itself as the property's initial value. */
  default?: unknown;
}

/** Text. `trim` cuts white space off both ends before the check. */
export function TextField(options: FieldOptions & TextOptions & { trim?: boolean } = {}): PropertyDecorator {
  const trim = Transform(({ value }) => (typeof value === "string" ? value.trim() : value));
  return options.trim ? applyDecorators(trim, field(text(options), options)) : field(text(options), options);
}

export function UuidField(options: FieldOptions = {}): PropertyDecorator {
  return field(uuid(), options);
}

/** One of a list of words; `name` gives the list a schema of its own in the API's document. */
export function EnumField(
  values: readonly string[],
  options: FieldOptions & { name?: string } = {},
): PropertyDecorator {
  return field(oneOf(values), options, options.name ? { enum: [...values], enumName: options.name } : {});
}

export function IntField(options: FieldOptions & NumberOptions = {}): PropertyDecorator {
  return field(int(options), options);
}

export function NumberField(options: FieldOptions & NumberOptions = {}): PropertyDecorator {
  return field(number(options), options);
}

export function BoolField(options: FieldOptions = {}): PropertyDecorator {
  return field(bool(), options);
}

/** An ISO 8601 / RFC 3339 time, kept as text. */
export function DateTimeField(options: FieldOptions = {}): PropertyDecorator {
  return field(dateTime(), options);
}

/** An exact decimal amount in USD, as text. `signed` allows a minus. */
export function MoneyField(options: FieldOptions & { signed?: boolean } = {}): PropertyDecorator {
  return field(money(options), options);
}

/** A free JSON object; passed on untouched. */
export function JsonField(options: FieldOptions = {}): PropertyDecorator {
  const untouched = Transform(({ obj, key }) => obj[key]);
  return applyDecorators(untouched, field(json(), options));
}

export interface ListOptions extends FieldOptions {
  /** Fewest items. */
  min?: number;
  /** Most items; never more than 2,000 in a request. */
  max?: number;
  unique?: boolean;
}

/**
 * A list of objects (`@ListField(() => ItemDto)`) or of plain values (`@ListField(uuid(), { max: 10 })`).
 * In a query string the field is repeated (`?tag=a&tag=b`).
 */
export function ListField(of: (() => Class) | Rule, options: ListOptions = {}): PropertyDecorator {
  const { min, max, unique } = options;
  const bounds = {
    ...(min !== undefined && { minItems: min }),
    ...(max !== undefined && { maxItems: max }),
    ...(unique && { uniqueItems: true }),
  };
  const size = check("list", (value) => {
    if (!Array.isArray(value)) return "must be a list";
    if (min !== undefined && value.length < min) return `must have at least ${min} ${min === 1 ? "item" : "items"}`;
    if (max !== undefined && value.length > max) return `must have at most ${max} items`;
    if (unique && new Set(value).size !== value.length) return "must not repeat an item";
    return typeof of === "function" ? undefined : wrongItem(of, value);
  });
  if (typeof of === "function") {
    // Here and below: Swagger knows a lazy type by the name of the function, which must be "type".
    const schema = { type: () => of(), isArray: true, ...bounds } as ApiPropertyOptions;
    return applyDecorators(
      size,
      present(options),
      Type(of),
      ValidateNested({ each: true }),
      documented(schema, options),
    );
  }
  const read = Transform(
    ({ value }) => {
      if (value === undefined) return value;
      const items: unknown[] = Array.isArray(value) ? value : [value];
      return items.map((item) => (typeof item === "string" && of.fromText ? of.fromText(item) : item));
    },
    { groups: [FROM_TEXT] },
  );
  const schema = { type: "array", items: of.schema, ...bounds } as ApiPropertyOptions;
  return applyDecorators(size, present(options), read, documented(schema, options));
}

function wrongItem(of: Rule, items: unknown[]): string | undefined {
  for (const [index, item] of items.entries()) {
    const wrong = of.check(item);
    if (wrong) return `item ${index} ${wrong}`;
  }
  return undefined;
}

/** An object of another class. */
export function ObjectField(of: () => Class, options: FieldOptions = {}): PropertyDecorator {
  const shape = check("object", (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? undefined : "must be an object",
  );
  return applyDecorators(
    shape,
    present(options),
    Type(of),
    ValidateNested(),
    documented({ type: () => of() } as ApiPropertyOptions, options),
  );
}

/** A field of one rule; the parts of {@link TextField} and its kin, for rules of a feature's own. */
export function field(rule: Rule, options: FieldOptions, more: ApiPropertyOptions = {}): PropertyDecorator {
  const { fromText } = rule;
  const parts = [
    check("value", (value) => rule.check(value)),
    present(options),
    documented({ ...rule.schema, ...more } as ApiPropertyOptions, options),
  ];
  if (fromText) {
    const read = ({ value }: { value: unknown }) => (typeof value === "string" ? fromText(value) : value);
    parts.push(Transform(read, { groups: [FROM_TEXT] }));
  }
  return applyDecorators(...parts);
}

function check(name: string, wrong: (value: unknown) => string | undefined): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value) => wrong(value) === undefined,
      defaultMessage: (args) => (args?.value === undefined ? "is required" : (wrong(args.value) ?? "is not valid")),
    },
  });
}

/** class-validator's own IsOptional lets null pass as well; the contract tells the two apart. */
function present({ optional, nullable }: FieldOptions): PropertyDecorator {
  return ValidateIf((_, value) => !(optional && value === undefined) && !(nullable && value === null));
}

function documented(schema: ApiPropertyOptions, options: FieldOptions): PropertyDecorator {
  return ApiProperty({
    ...schema,
    required: !options.optional,
    ...(options.nullable && { nullable: true }),
    ...(options.description !== undefined && { description: options.description }),
    ...(options.example !== undefined && { example: options.example }),
    ...(options.default !== undefined && { default: options.default }),
  } as ApiPropertyOptions);
}
