import type { Clock } from '../clock.ts';
import type { DeliveryStore } from '../domain/delivery-store.ts';
import type { EventHandler } from '../domain/event-handler.ts';
import type { IdSource } from '../domain/ids.ts';
import type { EventFanOut, OutboundEvent } from '../domain/outbound-event.ts';
import { newDelivery } from './new-delivery.ts';

interface EventFanOutDeps {
  deliveries: DeliveryStore;
  /** All handlers of a workflow, as they were at most a second ago. */
  handlersOf: (workflowId: string) => Promise<EventHandler[]>;
  /** Has what is due for these plugins sent at once. */
  kick: (pluginIds: Iterable<string>) => void;
  clock: Clock;
  newId: IdSource;
}

/** Notes each event for the enabled handlers that subscribed to it. Nothing is written when there are none. */
export function createEventFanOut(deps: EventFanOutDeps): EventFanOut {
  const { deliveries, handlersOf, kick, clock, newId } = deps;

  async function subscribersOf(event: OutboundEvent): Promise<EventHandler[]> {
    const handlers = await handlersOf(event.workflowId);
    return handlers.filter(
      ({ enabled, orgId, events }) =>
        enabled && orgId === event.orgId && events.some((type) => type === event.type),
    );
  }

  return {
    async offer(events) {
      const subscribers = await Promise.all(events.map(subscribersOf));
      const noted = events.flatMap((event, index) =>
        (subscribers[index] ?? []).map((handler) => newDelivery(handler, event, newId())),
      );
      if (noted.length === 0) return;
      await deliveries.add(noted, clock.now());
      kick(new Set(noted.map(({ lane }) => lane.pluginId)));
    },
  };
}
