import type { EffectPerformer, EffectResult } from '../../engine/effect-performer.ts';
import { AppError } from '../../errors.ts';
import type { SlackConnection } from '../connection.ts';
import type { SlackConnections } from '../connections.ts';
import { NotInstalledError } from '../not-installed-error.ts';

/** The org's work is parked; what was begun before it was is looked at again after this time. */
const notInstalledRetryMs = 3_600_000;
const retryMs = 5_000;

/** Does each effect in the workspace of its task's org. */
export function createOrgPerformer(
  connections: Pick<SlackConnections, 'of'>,
  createFor: (connection: SlackConnection) => EffectPerformer,
): EffectPerformer {
  const performers = new WeakMap<SlackConnection, EffectPerformer>();

  function performerOf(connection: SlackConnection): EffectPerformer {
    const known = performers.get(connection);
    if (known !== undefined) return known;
    const made = createFor(connection);
    performers.set(connection, made);
    return made;
  }

  return {
    async perform(effect, task) {
      let connection: SlackConnection;
      try {
        connection = await connections.of(task.execution.orgId);
      } catch (error) {
        return withoutConnection(error);
      }
      return performerOf(connection).perform(effect, task);
    },
  };
}

function withoutConnection(error: unknown): EffectResult {
  if (!(error instanceof AppError)) throw error;
  const { message } = error;
  if (error instanceof NotInstalledError) {
    return { kind: 'wait', afterMs: notInstalledRetryMs, error: message };
  }
  return { kind: 'retry', afterMs: error.retryAfterMs ?? retryMs, error: message, maybeSent: false };
}
