// A reason not to start that an operator can act on: shown as its message alone.

/** Ends the launcher with the message and the exit code. */
export class LaunchFault extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}
