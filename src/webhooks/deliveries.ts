import type { Delivery, DeliveryQuery } from '../domain/delivery.ts';
import type { EventHandler } from '../domain/event-handler.ts';

/** Whose deliveries are sent again: a handler, or an intake for its callbacks. */
export type ReplayTarget = Pick<EventHandler, 'id' | 'pluginId' | 'enabled'>;

/** What became of the events of a handler, and how to send them again. */
export interface Deliveries {
  /** Newest first. */
  list(query: DeliveryQuery): Promise<Delivery[]>;
  /**
   * Sends one again, as it was.
   * @throws NotFoundError; ConflictError while it waits to be sent, or when it had a token in it that is gone
   */
  replay(handler: ReplayTarget, deliveryId: string): Promise<Delivery>;
  /** Sends all again that were given up. @returns how many */
  replayDead(handler: ReplayTarget): Promise<number>;
}
