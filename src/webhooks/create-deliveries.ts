import type { Clock } from '../clock.ts';
import type { DeliveryStore } from '../domain/delivery-store.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { Deliveries, ReplayTarget } from './deliveries.ts';

interface DeliveriesDeps {
  deliveries: Pick<DeliveryStore, 'list' | 'find' | 'requeue'>;
  kick: (pluginIds: Iterable<string>) => void;
  clock: Clock;
}

/** How many dead letters are read at once. */
const pageSize = 200;

export function createDeliveries({ deliveries, kick, clock }: DeliveriesDeps): Deliveries {
  return {
    list: (query) => deliveries.list(query),

    async replay(handler, deliveryId) {
      requireEnabled(handler);
      const delivery = await deliveries.find(handler.id, deliveryId);
      if (delivery === null) throw new NotFoundError('This event handler has no such delivery.');
      if (delivery.body === null) throw tokenGone();
      if (!(await deliveries.requeue(delivery, clock.now()))) {
        throw new ConflictError('This delivery is waiting to be sent already.', 'delivery-pending');
      }
      kick([handler.pluginId]);
      return (await deliveries.find(handler.id, deliveryId)) ?? delivery;
    },

    async replayDead(handler) {
      requireEnabled(handler);
      let replayed = 0;
      let before: string | undefined;
      for (;;) {
        const page = await deliveries.list({ handlerId: handler.id, state: 'DEAD', before, limit: pageSize });
        for (const delivery of page) {
          if (await deliveries.requeue(delivery, clock.now())) replayed += 1;
        }
        before = page.at(-1)?.id;
        if (page.length < pageSize) break;
      }
      kick([handler.pluginId]);
      return replayed;
    },
  };
}

function requireEnabled({ enabled }: ReplayTarget): void {
  if (enabled) return;
  throw new ConflictError('This event handler is disabled. Enable it first.', 'handler-disabled');
}

function tokenGone(): ConflictError {
  return new ConflictError(
    'This event had a token in it, which is not kept once it is delivered. Detach the plugin and attach it again for a new one.',
    'delivery-not-kept',
  );
}
