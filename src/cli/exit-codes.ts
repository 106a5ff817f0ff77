/** How the programs for the terminal end. */
export const exitCodes = {
  done: 0,
  /** The work was done, and failed, was cancelled, or a part of it was. */
  failed: 1,
  /** The command, the file or what was sent is wrong: sending it again will not help. */
  wrong: 2,
  /** Baton cannot be reached, or does not answer as it should. */
  unreachable: 3,
  /** It is not over within the time that was given. */
  timedOut: 4,
} as const;

/** Ends the program with a code and a sentence. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
