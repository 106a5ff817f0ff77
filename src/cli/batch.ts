import { createApiClient } from './api-client.ts';
import { createProgressBar } from './progress-bar.ts';
import { batchUsage, parseBatchFlags, runBatch } from './run-batch.ts';
import { connectionOf, runProgram } from './run-program.ts';

await runProgram(async (args) => {
  const parsed = parseBatchFlags(args);
  const tell = (line: string): void => void process.stderr.write(`${line}\n`);
  const api = createApiClient({ ...connectionOf(parsed.values), tell });
  process.once('SIGINT', () => {
    process.stderr.write('\nThe batch goes on in Baton. Run the same command again to see how far it is.\n');
    process.exit(1);
  });
  return runBatch(api, parsed, {
    tell,
    bar: createProgressBar(process.stderr),
  });
}, batchUsage);
