// Faults that are said in one line, with exit code 1 and no stack.
import { DomainError } from "#libs/errors/index";

/** Something that the operator asked for cannot be. */
export class PlainFault extends Error {}

/** Says such a fault, and every refusal of a feature, on standard error. @returns what `work` says, or nothing */
export async function said(work: Promise<string>): Promise<string> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DomainError || error instanceof PlainFault)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
    return "";
  }
}
