/**
 * Runs a command to its end, and gives its exit code to the shell. An error that says what is wrong is told in its
 * words; any other one, with its stack.
 *
 * @param failureCode with what it ends when it throws
 */
export async function runCommand(failureCode: number, run: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await run();
  } catch (error) {
    // Ours have a code, and so have those of the system and of `parseArgs`.
    const isKnown = error instanceof Error && 'code' in error;
    const text = isKnown ? error.message : error instanceof Error ? error.stack : error;
    process.stderr.write(`${String(text)}\n`);
    process.exitCode = failureCode;
  }
}
