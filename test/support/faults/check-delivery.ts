import type { Evidence } from './evidence.ts';

/** Nothing is left to be done, nothing was given up, nobody holds the task, and it wakes when its timers say. */
export function checkDelivery({ state, delivery }: Evidence): string[] {
  const { outbox, dead, lease, dueAt } = delivery;
  return [
    ...outbox.events.map(({ seq }) => `event ${seq} is still in the outbox`),
    ...outbox.effects.map(({ id, kind }) => `effect ${id} (${kind}) is still in the outbox`),
    ...dead.map(({ effect, error }) => `effect ${effect.id} (${effect.kind}) was given up: ${error}`),
    ...(lease.released ? [] : [`${lease.holder} holds the lease`]),
    ...(dueAt?.getTime() === state.timerAt?.getTime()
      ? []
      : [`due at ${String(dueAt)}, while its timers say ${String(state.timerAt)}`]),
  ];
}
