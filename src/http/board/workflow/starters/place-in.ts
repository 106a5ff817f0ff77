import type { KnownBlock } from '@slack/types';
import type { TriggerKind } from '../../../../domain/trigger.ts';
import type { Workflow } from '../../../../domain/workflow.ts';
import { AppError, ConflictError, ValidationError } from '../../../../errors.ts';
import type { BoardDeps } from '../../board-deps.ts';
import type { SentAgain } from '../form-pages.ts';

/** Why a form was not saved, and with which status that is answered. */
export type Refused = Omit<SentAgain, 'state'>;

/**
 * What the rules refuse, at the inputs of a form that it is about; as a `message` where it is about none of them, and
 * when Slack cannot be asked at this moment.
 *
 * @throws whatever else it is
 */
export function placeIn(
  { triggerForms }: BoardDeps,
  kind: TriggerKind,
  blocks: readonly KnownBlock[],
  { inputsSchema }: Workflow,
  error: unknown,
): Refused {
  if (error instanceof AppError && error.retryable)
    return {
      errors: {},
      message: `${error.message} Nothing was saved. Please try again.`,
      status: error.status,
    };
  if (!(error instanceof ConflictError || error instanceof ValidationError)) throw error;
  const inputs = blocks.flatMap(({ type, block_id: id = '' }) => (type === 'input' ? [id] : []));
  const { '': whole = '', ...errors } = triggerForms.placeErrors(kind, error, inputs, inputsSchema);
  return { errors, message: whole };
}
