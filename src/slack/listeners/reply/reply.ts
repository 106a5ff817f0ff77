import type { Message } from '../../../../blocks/message.ts';

/** How whoever did something in Slack gets an answer. Both may be called more than once, in any order. */
export interface Reply {
  /** Tells Slack that the request was handled. */
  acknowledge(): Promise<void>;
  /** True once Slack was told, in whatever way. */
  isAcknowledged(): boolean;
  /** How often the person was told something. */
  timesTold(): number;
  /** Tells the person, and nobody else. Acknowledges too. */
  tell(message: Message): Promise<void>;
}

/** Sends a direct message; the way that is left when Slack offers no other. */
export type TellDirectly = (message: Message) => Promise<void>;
