import { Counter, type Registry } from 'prom-client';
import type { SlackCounters } from '../slack/counters.ts';
import type { SlackMeter } from '../slack/slack-meter.ts';
import { exportTotal } from './engine-meter.ts';

export function createSlackMeter(registry: Registry): SlackMeter {
  const calls = new Counter({
    name: 'baton_slack_calls_total',
    help: "Calls to Slack's Web API: ok, rate-limited, unreachable, unauthorized, refused",
    labelNames: ['method', 'result'],
    registers: [registry],
  });
  return (method, failure) => calls.inc({ method, result: failure?.kind ?? 'ok' });
}

/** Shows what the messengers count. */
export function exportSlackCounters(registry: Registry, counters: SlackCounters): void {
  exportTotal(registry, {
    name: 'baton_slack_messages_reconciled_total',
    help: 'Messages found to have been sent already, and not sent again',
    read: () => counters.reconciled,
  });
  exportTotal(registry, {
    name: 'baton_slack_duplicates_possible_total',
    help: 'Messages sent again although nobody could find out whether they had arrived',
    read: () => counters.duplicatesPossible,
  });
}
