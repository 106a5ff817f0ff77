import fc from 'fast-check';
import type { DatabaseFault } from './process-gate.ts';
import {
  cancel,
  changeMind,
  complete,
  decide,
  decideTwice,
  delegate,
  move,
  reassign,
  repeat,
  reportUnanswerable,
  reroute,
  retry,
  signal,
  start,
} from './requests.ts';
import { SimulationCommand } from './simulation-command.ts';
import { slackFaults } from './simulated-slack.ts';
import type { World } from './world.ts';

const index = fc.nat({ max: 5 });
/** How many calls and answers pass after a command; 60 is more than enough to finish a short one. */
const steps = fc.oneof(
  { arbitrary: fc.nat({ max: 10 }), weight: 4 },
  { arbitrary: fc.constant(60), weight: 1 },
);
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
/** The lease is 20 s, the linger 0.2 s: what is near them matters most. */
const pastMs = fc.oneof(
  fc.constantFrom(200, 250, second, 10 * second, 20 * second, 21 * second, 30 * second),
  fc.constantFrom(15 * minute, hour, 4 * hour, day, 4 * day, 14 * day, 200 * day, 400 * day),
  fc.nat({ max: 40 * second }),
);
const skewMs = fc.oneof(fc.constantFrom(-hour, 0, hour), fc.integer({ min: -hour, max: hour }));
const choices = fc.record({
  process: index,
  task: index,
  person: index,
  isLate: rarely(),
  isForeign: rarely(),
});

/** All that may happen, each as often as it is interesting. */
export function commandArbitraries(): fc.Arbitrary<SimulationCommand>[] {
  const starts = fc.record({
    process: index,
    org: fc.nat({ max: 1 }),
    key: fc.option(fc.nat({ max: 1 })),
    hasNote: fc.boolean(),
  });
  const decisions = fc.record({
    choices,
    outcome: fc.constantFrom('approved', 'approved', 'rejected', 'rejected', 'other'),
  });
  const handovers = fc.record({ choices, to: index, from: fc.option(fc.nat({ max: 2 })) });
  const arrivals = [
    ...often(3, command('start', starts, start)),
    ...often(6, command('decide', decisions, decide)),
    ...often(2, command('two decide', decisions, decideTwice)),
    ...often(1, command('change their mind', decisions, changeMind)),
    ...often(3, command('reassign', handovers, reassign)),
    ...often(1, command('delegate', handovers, delegate)),
    ...often(1, command('nobody is left', choices, reportUnanswerable)),
    ...often(2, command('complete', choices, complete)),
    ...often(1, command('cancel', choices, cancel)),
    ...often(1, command('retry', choices, retry)),
    ...often(2, command('signal', choices, signal)),
    ...often(2, command('move', choices, move)),
    ...often(1, command('reroute', fc.record({ choices, to: index }), reroute)),
    ...often(2, command('repeat', fc.record({ process: index, operation: index }), repeat)),
  ];
  const edits = command('edit', fc.nat({ max: 1 }), (world, org) => world.edit(org));
  return [...arrivals, ...events(), edits];
}

function events(): fc.Arbitrary<SimulationCommand>[] {
  const slackFault = fc.constantFrom(...slackFaults);
  const databaseFault = fc.record({
    process: index,
    fault: fc.constantFrom<DatabaseFault>('before', 'after', 'late'),
  });
  const skew = fc.record({ process: index, skewMs });
  return [
    ...often(
      5,
      command('time passes', pastMs, (world, byMs) => world.time.advance(byMs)),
    ),
    ...often(
      5,
      command('sweep', index, (world, at) => onProcess(world, at, (one) => world.sweep(one))),
    ),
    ...often(
      2,
      command('dies', index, (world, at) => onProcess(world, at, (one) => one.gate.kill())),
    ),
    ...often(
      2,
      command('begins', fc.constant(null), (world) => world.begin()),
    ),
    ...often(
      1,
      command('leaves', index, (world, at) => onProcess(world, at, (one) => one.leave())),
    ),
    ...often(
      2,
      command('slack fails', slackFault, (world, fault) => void world.slack.faults.push(fault)),
    ),
    ...often(
      2,
      command('database fails', databaseFault, (world, { process, fault }) =>
        onProcess(world, process, (one) => void one.databaseFaults.push(fault)),
      ),
    ),
    ...often(
      1,
      command('clock is off', skew, (world, { process, skewMs: byMs }) =>
        onProcess(world, process, (one) => {
          one.skewMs = byMs;
        }),
      ),
    ),
    ...often(1, command('reads the log', fc.record({ process: index, task: index }), readLog)),
  ];
}

function command<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  act: (world: World, chosen: T) => void,
): fc.Arbitrary<SimulationCommand> {
  return fc.tuple(arbitrary, steps).map(
    ([chosen, count]) =>
      new SimulationCommand(name, { chosen }, count, (world) => {
        act(world, chosen);
      }),
  );
}

function often<T>(times: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T>[] {
  return Array.from({ length: times }, () => arbitrary);
}

function rarely(): fc.Arbitrary<boolean> {
  return fc.constantFrom(false, false, false, false, false, false, false, true);
}

function onProcess(world: World, at: number, act: (one: World['processes'][number]) => void): void {
  const living = world.living();
  const one = living[at % Math.max(1, living.length)];
  if (one !== undefined) act(one);
}

function readLog(world: World, { process, task }: { process: number; task: number }): void {
  const records = world.records();
  const record = records[task % Math.max(1, records.length)];
  if (record !== undefined) onProcess(world, process, (one) => world.readLog(one, record));
}
