// Reads the switches of one request from its model id and from a directive in the last user message.
import { Fault } from "../wire/fault.js";
import { isErrorName } from "./error-answers.js";
import { isSwitch, takesValue } from "./switches.js";

const DIRECTIVE = /\[\[sim:([^\]]*)\]\]/g;
const SETTING = /([a-z0-9][a-z0-9_-]*)(?:[:=](?:"([^"]*)"|([^\s,"]+)))?/gi;

/** The switches of one request. */
export class Options {
  constructor(private readonly values: ReadonlyMap<string, string>) {}

  has(name: string): boolean {
    return this.values.has(name);
  }

  text(name: string): string | undefined {
    return this.values.get(name) || undefined;
  }

  /** A number of at least 0; `fallback` when the switch is absent, has no value, or has a word for one. */
  number(name: string, fallback: number): number {
    const value = this.values.get(name);
    const number = value === undefined || value === "" ? Number.NaN : Number(value);
    return Number.isNaN(number) ? fallback : number;
  }

  /** True when no switch is set at all. */
  isEmpty(): boolean {
    return this.values.size === 0;
  }

  names(): string[] {
    return [...this.values.keys()];
  }
}

function unknown(what: string): Fault {
  const message = `The simulator does not know the scenario switch "${what}". GET /__scenarios lists all.`;
  return new Fault(400, message, { type: "invalid_request" });
}

function readInto(values: Map<string, string>, text: string): void {
  for (const [, rawName = "", quoted, bare] of text.matchAll(SETTING)) {
    const name = rawName.toLowerCase().replaceAll("_", "-");
    const value = quoted ?? bare ?? "";
    if (isErrorName(name)) values.set("error", name);
    else if (!isSwitch(name)) throw unknown(rawName);
    else if (!takesValue(name, value)) throw unknown(`${rawName}=${value}`);
    else values.set(name, value);
  }
}

/** A text without its `[[sim: …]]` directives. */
export function withoutDirective(text: string): string {
  return text.replace(DIRECTIVE, "").trim();
}

/**
 * The switches of a request. Those of the directive win over those of the model id.
 * Throws a 400 fault that names an unknown switch, so that a misspelt test does not pass by accident.
 */
export function readOptions(model: string | undefined, lastUser: string): Options {
  const values = new Map<string, string>();
  if (model?.startsWith("sim/")) readInto(values, model.slice("sim/".length));
  if (model?.startsWith("replay/")) values.set("replay", model.slice("replay/".length));
  for (const [, text = ""] of lastUser.matchAll(DIRECTIVE)) readInto(values, text);
  return new Options(values);
}
