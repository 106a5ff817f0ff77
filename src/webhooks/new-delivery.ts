import type { DeliveryBody, DeliveryLane } from '../domain/delivery.ts';
import type { NewDelivery } from '../domain/delivery-store.ts';
import type { EventHandler } from '../domain/event-handler.ts';
import type { OutboundEventType } from '../domain/outbound-event-type.ts';
import type { OutboundEvent } from '../domain/outbound-event.ts';

/** Digits enough for every event that a task can have. */
const seqDigits = 9;
/** Digits enough for the milliseconds of any time that will come. */
const timeDigits = 15;

/** An event as it is to be noted for one handler. `deliveryId` is made anew each time; the key is always the same. */
export function newDelivery(
  handler: EventHandler,
  event: OutboundEvent,
  deliveryId: string,
  toBody: (json: string) => DeliveryBody = (json) => ({ kind: 'plain', json }),
): NewDelivery {
  const lane = laneOf(handler, event);
  return {
    id: deliveryId,
    key: `${lane.id}:${placeOf(event)}`,
    lane,
    eventId: event.id,
    eventType: event.type as OutboundEventType,
    body: toBody(JSON.stringify(payloadOf(event))),
    createdAt: event.createdAt,
  };
}

/** Exactly what a receiver gets. */
function payloadOf(event: OutboundEvent): object {
  const { id, type, createdAt, orgId, workflowId, executionId, stepId, stepName, data } = event;
  return { id, type, createdAt, orgId, workflowId, executionId, stepId, stepName, data };
}

function laneOf(handler: EventHandler, { workflowId, executionId }: OutboundEvent): DeliveryLane {
  return {
    id: `${handler.id}:${executionId ?? workflowId}`,
    orgId: handler.orgId,
    workflowId,
    handlerId: handler.id,
    pluginId: handler.pluginId,
    executionId,
  };
}

/** Sorts in the order of the events. */
export function placeOf({ seq, createdAt, id }: Pick<OutboundEvent, 'seq' | 'createdAt' | 'id'>): string {
  if (seq !== undefined) return String(seq).padStart(seqDigits, '0');
  return `${String(createdAt.getTime()).padStart(timeDigits, '0')}-${id}`;
}
