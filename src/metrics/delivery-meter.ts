import { Counter, type Registry } from 'prom-client';
import type { SentMeter } from '../webhooks/lane-runner.ts';

export function createDeliveryMeter(registry: Registry): SentMeter {
  const attempts = new Counter({
    name: 'baton_delivery_attempts_total',
    help: 'Attempts to give an event to its webhook receiver: delivered, retry, dead',
    labelNames: ['result'],
    registers: [registry],
  });
  return (result) => attempts.inc({ result });
}
