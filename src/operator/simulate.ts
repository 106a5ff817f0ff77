import { systemClock } from '../clock.ts';
import { runCommand } from './run-command.ts';
import { runSimulate } from './run-simulate.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const tell = (text: string): void => void process.stderr.write(`${text}\n`);

/** `npm run simulate`. */
await runCommand(2, () => runSimulate(process.argv.slice(2), { print, tell, clock: systemClock }));
