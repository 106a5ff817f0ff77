import { Gauge, type Registry } from 'prom-client';
import type { Backlog } from '../../models/backlog.ts';

/** What waits in the database, as it was when it was last read. */
export interface BacklogGauges {
  show(backlog: Backlog): void;
  /** Nothing is better than something old: the numbers are left out until they can be read again. */
  hide(): void;
}

type Gauges = ReturnType<typeof makeGauges>;

export function createBacklogGauges(registry: Registry): BacklogGauges {
  const gauges = makeGauges((name, help, ...labelNames) => {
    return new Gauge({ name, help, labelNames, registers: [registry] });
  });
  return {
    show(backlog) {
      hide(gauges);
      show(gauges, backlog);
    },
    hide: () => hide(gauges),
  };
}

function makeGauges(gauge: (name: string, help: string, ...labelNames: string[]) => Gauge) {
  return {
    readable: gauge('baton_backlog_readable', '1 while the database says what waits in it'),
    lag: gauge(
      'baton_sweep_lag_seconds',
      'How long the execution that waits longest has been due without being claimed',
    ),
    due: gauge('baton_due_executions', 'Executions that are due and not claimed, up to 10000'),
    effects: gauge(
      'baton_outbox_effects',
      'Effects decided on and not done, of 1000 executions at most that are held or due within a minute',
      'kind',
    ),
    ages: gauge('baton_outbox_oldest_effect_seconds', 'Age of the oldest of these effects', 'kind'),
    events: gauge('baton_outbox_events', 'Events of the same executions that are not in the log yet'),
    lanes: gauge('baton_delivery_lanes', 'Tasks and handlers that have webhook events pending'),
  };
}

function show({ readable, lag, due, effects, ages, events, lanes }: Gauges, backlog: Backlog): void {
  readable.set(1);
  lag.set(backlog.lagMs / 1_000);
  due.set(backlog.due);
  events.set(backlog.events);
  lanes.set(backlog.deliveryLanes);
  for (const [kind, { count, oldestAgeMs }] of Object.entries(backlog.effects)) {
    effects.set({ kind }, count);
    ages.set({ kind }, oldestAgeMs / 1_000);
  }
}

function hide({ readable, lag, due, effects, ages, events, lanes }: Gauges): void {
  readable.set(0);
  for (const gauge of [lag, due, events, lanes]) gauge.remove();
  effects.reset();
  ages.reset();
}
