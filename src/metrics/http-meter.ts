import { Counter, Histogram, type Registry } from 'prom-client';
import type { HttpMeter } from '../http/http-meter.ts';

const secondsBuckets = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 3, 10];

export function createHttpMeter(registry: Registry): HttpMeter {
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Counter({
    name: 'baton_http_requests_total',
    help: 'Requests answered, by the pattern of their route',
    labelNames,
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'baton_http_request_seconds',
    help: 'From the request to the end of its answer',
    labelNames: ['route'],
    buckets: secondsBuckets,
    registers: [registry],
  });
  return ({ method, route, status, durationMs }) => {
    requests.inc({ method, route, status: String(status) });
    seconds.observe({ route }, Math.max(0, durationMs) / 1_000);
  };
}
