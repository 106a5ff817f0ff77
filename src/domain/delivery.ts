import type { OutboundEventType } from './outbound-event-type.ts';

/** `DEAD`: given up; somebody may have it sent again. */
export const deliveryStates = ['PENDING', 'DELIVERED', 'DEAD'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** One try to give an event to its receiver. */
export interface DeliveryAttempt {
  at: Date;
  /** The HTTP status of the answer; null when there was none. */
  status: number | null;
  /** Why it failed, in plain words without the receiver's address; null when it did not. */
  error: string | null;
  durationMs: number;
  /** The start of what a receiver answered that did not take the event; null otherwise. */
  excerpt: string | null;
}

/** One event for one handler. */
export interface Delivery {
  /** What the API calls it: 24 hex digits, later ones are larger. */
  id: string;
  /** Says which event of which lane it is, and sorts in the order in which a lane's events are sent. */
  key: string;
  lane: DeliveryLane;
  eventId: string;
  eventType: OutboundEventType;
  /** Where this one goes; absent: to the receiver's own address. */
  url?: string;
  state: DeliveryState;
  /** The JSON to send, the same at each attempt; null once it may not be sent again. */
  body: DeliveryBody | null;
  attempts: DeliveryAttempt[];
  /** How many have failed since it was last queued. */
  failures: number;
  /** Null when it is not pending, or to be sent as soon as those before it are. */
  nextAttemptAt: Date | null;
  /** When it was noted, or last queued again. */
  queuedAt: Date;
  createdAt: Date;
  /** Who may record what came of it: the claim of its lane under which it was last begun. */
  fence: number;
}

/** `sealed`: encrypted, because there is a secret in it. */
export type DeliveryBody = { kind: 'plain'; json: string } | { kind: 'sealed'; text: string };

/** The events of one execution for one handler, which are sent one after the other. */
export interface DeliveryLane {
  id: string;
  orgId: string;
  workflowId: string;
  handlerId: string;
  pluginId: string;
  /** Null for the events that are about the workflow itself. */
  executionId: string | null;
}

/** A worker's time-limited right to send what is in a lane. */
export interface LaneClaim {
  lane: DeliveryLane;
  /** Rises with each claim of the lane: who has a lower one changes nothing any more. */
  fence: number;
  until: Date;
  /** How often something was put into the lane, as it was when it was claimed. */
  offers: number;
}

/** How many attempts are kept of a delivery that was sent again and again. */
export const maxAttemptsKept = 50;

/** Which of a handler's deliveries. */
export interface DeliveryQuery {
  handlerId: string;
  state?: DeliveryState | undefined;
  /** Only ids smaller than this one. */
  before?: string | undefined;
  limit: number;
}
