import cliProgress from 'cli-progress';

/** How far a batch is, on the terminal. */
export interface ProgressBar {
  start(): void;
  update(settled: number, rows: number, more: { begun: number; complete: number; stopped: number }): void;
  stop(): void;
}

/** A bar where there is a terminal, and a line now and then where there is none, as in a log. */
export function createProgressBar(stream: NodeJS.WriteStream): ProgressBar {
  const format = '{bar} {percentage}% | {begun} of {total} started, {complete} complete, {stopped} stopped';
  const bar = new cliProgress.SingleBar(
    { format, stream, hideCursor: true, noTTYOutput: true, notTTYSchedule: 10_000, clearOnComplete: false },
    cliProgress.Presets.shades_classic,
  );
  return {
    start: () => bar.start(1, 0, { begun: 0, complete: 0, stopped: 0 }),
    update(settled, rows, more) {
      bar.setTotal(Math.max(rows, 1));
      bar.update(settled, more);
    },
    stop: () => bar.stop(),
  };
}
