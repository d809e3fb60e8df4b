// The one pipe for bodies and queries: bounds, then class-transformer, then class-validator; every fault with its path.
import { type ArgumentMetadata, type Type as Class, Injectable, type PipeTransform } from "@nestjs/common";
import { plainToInstance } from "class-transformer";
import { type ValidationError, validate } from "class-validator";
import { type FieldError, InvalidInputError } from "#libs/errors/index";
import { FROM_TEXT } from "./fields.js";
import { jsonFault } from "./json-limits.js";

/** Faults told at once; more would only repeat themselves. */
const MAX_FAULTS = 50;

/** class-validator's own rules in our words. */
const WORDS: Record<string, string> = {
  whitelistValidation: "is not a known field",
  nestedValidation: "must be an object",
};

/** Parses `@Body()` and `@Query()` into their classes. @throws InvalidInputError (400) with every wrong or unknown field */
@Injectable()
export class InputPipe implements PipeTransform {
  async transform(value: unknown, { metatype, type }: ArgumentMetadata): Promise<unknown> {
    if ((type !== "body" && type !== "query") || !isInputClass(metatype)) return value;
    return parseInput(metatype, value, { fromText: type === "query" });
  }
}

/**
 * Parses a plain value (a body, a query, a socket's payload) into a class of field decorators.
 * @param options.fromText the values came as text (a query string) and numbers are to be read out of it
 * @throws InvalidInputError (400) with every wrong or unknown field
 */
export async function parseInput<T extends object>(
  Input: Class<T>,
  value: unknown,
  options: { fromText?: boolean } = {},
): Promise<T> {
  // A POST without a body is a body without fields.
  const plain = value ?? {};
  if (typeof plain !== "object" || Array.isArray(plain)) {
    throw new InvalidInputError([{ path: "", message: "The body must be a JSON object" }]);
  }
  const fault = jsonFault(plain) ?? reservedName(plain);
  if (fault) throw new InvalidInputError([fault]);
  const input = plainToInstance(Input, plain, options.fromText ? { groups: [FROM_TEXT] } : {});
  const faults = await validate(input, {
    whitelist: true,
    forbidNonWhitelisted: true,
    validationError: { target: false },
  });
  if (faults.length > 0) throw new InvalidInputError(faults.flatMap((item) => flatten(item, "")).slice(0, MAX_FAULTS));
  return input;
}

function isInputClass(metatype: unknown): metatype is Class<object> {
  const plainTypes: unknown[] = [String, Boolean, Number, Array, Object, Buffer, undefined];
  return typeof metatype === "function" && !plainTypes.includes(metatype);
}

/** class-transformer skips keys that every object inherits without a word: they must be refused like other unknown fields. */
function reservedName(root: object): FieldError | undefined {
  const stack: { value: object; path: string }[] = [{ value: root, path: "" }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    for (const [key, item] of Object.entries(next.value)) {
      const path = join(next.path, key, Array.isArray(next.value));
      if (key in Object.prototype) return { path, message: "is not a known field" };
      if (typeof item === "object" && item !== null) stack.push({ value: item, path });
    }
  }
  return undefined;
}

function flatten(error: ValidationError, parent: string): FieldError[] {
  const path = join(parent, error.property, /^\d+$/.test(error.property) && parent !== "");
  const constraints = Object.entries(error.constraints ?? {});
  // ValidateNested adds a fault of its own to what the field's check has refused already.
  const own = constraints
    .filter(([rule]) => rule !== "nestedValidation" || constraints.length === 1)
    .map(([rule, message]) => ({ path, message: WORDS[rule] ?? message }));
  const children = error.children ?? [];
  return [...own, ...children.flatMap((child) => flatten(child, path))];
}

function join(parent: string, key: string, isIndex: boolean): string {
  if (isIndex) return `${parent}[${key}]`;
  return parent === "" ? key : `${parent}.${key}`;
}
