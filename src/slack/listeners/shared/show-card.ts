import type { Message } from '../../../../blocks/message.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { CardPlace } from '../form-metadata.ts';
import type { Requester } from '../requester.ts';
import { createTellDirectly } from '../tell-directly.ts';

/**
 * Brings a workflow's card up to date where it is shown. One that only one person sees cannot be changed
 * later, so they get a new one.
 */
export async function showCard(
  { connection, logger }: SlackDeps,
  { userId }: Requester,
  place: CardPlace,
  card: Message,
): Promise<void> {
  const { messenger } = connection;
  switch (place.kind) {
    case 'message': {
      const sent = await messenger.update({ channelId: place.channelId, ts: place.ts }, card, 0);
      if (sent.kind === 'done') return;
      logger.warn({ error: sent.error }, 'The card of a workflow was not brought up to date');
      return createTellDirectly(connection, userId)(card);
    }
    case 'ephemeral': {
      const target = { channelId: place.channelId, threadTs: null, label: `<#${place.channelId}>` };
      const sent = await messenger.ephemeral(target, userId, card);
      if (sent.kind === 'done') return;
      return createTellDirectly(connection, userId)(card);
    }
    case 'home':
      return createTellDirectly(connection, userId)(card);
  }
}
