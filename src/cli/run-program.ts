import { readEnvironment } from '../config.ts';
import { CliError, exitCodes } from './exit-codes.ts';

/** Where Baton is, and with which key: from flags, else from the environment. */
export interface Connection {
  url: string;
  key: string;
}

/** @throws CliError that says what is missing */
export function connectionOf(flags: { url?: string | undefined; key?: string | undefined }): Connection {
  const environment = readEnvironment();
  const url = flags.url ?? environment['BATON_URL'] ?? 'http://localhost:3000';
  const key = flags.key ?? environment['BATON_KEY'] ?? '';
  if (!URL.canParse(url)) throw new CliError(exitCodes.wrong, `"${url}" is no address.`);
  if (key === '') {
    throw new CliError(
      exitCodes.wrong,
      'Set BATON_KEY (or --key) to a key for the API: `/workflow keys` in Slack makes one, and `npm run keys` where Baton runs.',
    );
  }
  return { url, key };
}

/** Runs the program to its end, and gives its words and its code to the shell. */
export async function runProgram(run: (args: string[]) => Promise<number>, usage: string): Promise<void> {
  const args = process.argv.slice(2);
  try {
    if (args.includes('--help') || args.includes('-h')) {
      process.stdout.write(usage);
      return;
    }
    process.exitCode = await run(args);
  } catch (error) {
    if (error instanceof CliError) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = error.exitCode;
      return;
    }
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
      process.stderr.write(`${error.message}\n\n${usage}`);
      process.exitCode = exitCodes.wrong;
      return;
    }
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = exitCodes.unreachable;
  }
}
