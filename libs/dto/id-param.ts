// Path parameters that are ids: what is no UUID cannot exist, so it is 404 like any unknown id.
import { Param, type PipeTransform } from "@nestjs/common";
import { NotFoundError } from "#libs/errors/index";
import { uuid } from "./rules.js";

const rule = uuid();

class IdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    if (rule.check(value) !== undefined) throw new NotFoundError("This");
    // Ids are written in lower case; another spelling of the same UUID must find the same row.
    return (value as string).toLowerCase();
  }
}

/** A UUID of the path: `@IdParam("ws") ws: string`. Anything else answers 404. */
export function IdParam(name: string): ParameterDecorator {
  return Param(name, new IdPipe());
}
