import { runCheckWorkflow } from './run-check-workflow.ts';
import { runCommand } from './run-command.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const tell = (text: string): void => void process.stderr.write(`${text}\n`);

/** `npm run check-workflow`. */
await runCommand(2, () => runCheckWorkflow(process.argv.slice(2), { print, tell }));
