import { Counter, Histogram, type Registry } from 'prom-client';
import type { EngineCounters } from '../engine/counters.ts';
import type { EngineMeter } from '../engine/engine-meter.ts';

/** From the fast path to effects that waited for Slack over a weekend. */
const ageBucketsSec = [0.1, 0.5, 1, 5, 30, 120, 600, 3_600, 21_600, 86_400, 259_200];

export function createEngineMeter(registry: Registry): EngineMeter {
  const transitions = new Counter({
    name: 'baton_transitions_total',
    help: 'Commands that the engine was given: done, refused (by the rules), failed (could not be stored)',
    labelNames: ['command', 'result'],
    registers: [registry],
  });
  const effects = new Counter({
    name: 'baton_effects_total',
    help: 'Attempts to do an effect: done, wait (not its turn), retry (failed for now), dead (given up)',
    labelNames: ['kind', 'result'],
    registers: [registry],
  });
  const ages = new Histogram({
    name: 'baton_effect_age_seconds',
    help: 'From the decision to the moment at which its effect was done or given up',
    labelNames: ['kind'],
    buckets: ageBucketsSec,
    registers: [registry],
  });
  return {
    command: (command, result) => transitions.inc({ command, result }),
    effect(kind, result, ageMs) {
      effects.inc({ kind, result });
      if (result === 'done' || result === 'dead') ages.observe({ kind }, Math.max(0, ageMs) / 1_000);
    },
  };
}

const exported: readonly [keyof EngineCounters, name: string, help: string][] = [
  ['lostRaces', 'baton_lost_races_total', 'Transitions decided anew because somebody else was faster'],
  ['eventsMoved', 'baton_events_moved_total', 'Events moved from outboxes into the log'],
  [
    'effectsFenced',
    'baton_effects_fenced_total',
    'Effects done by a worker that could not record them: each may be done twice',
  ],
  [
    'leasesTakenOver',
    'baton_leases_taken_over_total',
    'Executions taken over from a process that did not give them back',
  ],
];

/** Shows the engine's own counters. */
export function exportEngineCounters(registry: Registry, counters: EngineCounters): void {
  for (const [key, name, help] of exported) {
    exportTotal(registry, { name, help, read: () => counters[key] });
  }
}

/** A total that is counted elsewhere. */
export function exportTotal(
  registry: Registry,
  { name, help, read }: { name: string; help: string; read: () => number },
): void {
  const counter: Counter = new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      counter.reset();
      counter.inc(read());
    },
  });
}
