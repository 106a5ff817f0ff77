import type { Delivery, DeliveryAttempt, DeliveryQuery, LaneClaim } from './delivery.ts';

/** What is to be noted for a receiver. */
export type NewDelivery = Pick<
  Delivery,
  'id' | 'key' | 'lane' | 'eventId' | 'eventType' | 'url' | 'body' | 'createdAt'
>;

/** What came of an attempt. */
export type DeliveryOutcome =
  | { kind: 'delivered' }
  | { kind: 'retry'; at: Date }
  /** Given up. */
  | { kind: 'dead' };

/** Where deliveries wait, and where it is kept what came of them. Every write is durable when it resolves. */
export interface DeliveryStore {
  /** Notes them in order and has their lanes looked at. What is noted already is left as it is. */
  add(deliveries: readonly NewDelivery[], now: Date): Promise<void>;
  /** The plugins for which something is due. Reads one index key per plugin. */
  listDuePlugins(now: Date): Promise<string[]>;
  /** Takes the plugin's lane that is due longest. @returns null when none is due */
  claimDue(pluginId: string, now: Date, until: Date): Promise<LaneClaim | null>;
  /** @returns null when the lane was claimed by another worker meanwhile */
  renew(claim: LaneClaim, until: Date): Promise<LaneClaim | null>;
  /**
   * The lane's first pending delivery, which only the holder of this claim may record from now on.
   * @returns null when there is none; 'lost' when another worker has the lane
   */
  begin(claim: LaneClaim): Promise<Delivery | null | 'lost'>;
  /** @returns false when another worker has begun it meanwhile and nothing was written */
  record(
    delivery: Delivery,
    fence: number,
    attempt: DeliveryAttempt | null,
    outcome: DeliveryOutcome,
    now: Date,
  ): Promise<boolean>;
  /**
   * Gives the lane back, to be looked at again at `dueAt`; null: it is empty.
   * @returns false when something was put in meanwhile, or the claim was lost; then nothing was written
   */
  release(claim: LaneClaim, dueAt: Date | null): Promise<boolean>;
  /** All that is left in the lane becomes a dead letter. @returns how many */
  bury(claim: LaneClaim, error: string, now: Date): Promise<number>;
  /** Newest first. */
  list(query: DeliveryQuery): Promise<Delivery[]>;
  find(handlerId: string, deliveryId: string): Promise<Delivery | null>;
  /** Queues it again, with all its attempts before it. @returns false when it is pending, or has nothing to send */
  requeue(delivery: Delivery, now: Date): Promise<boolean>;
  /** What waits for a later attempt of this plugin's receiver is due at once. */
  wake(pluginId: string, now: Date): Promise<void>;
  /** Forgets all of a handler, or of a lane whose handler is gone. */
  removeOf(handlerId: string): Promise<void>;
}
