import type { KnownBlock } from '@slack/types';
import type { TriggerKind } from '../../../../domain/trigger.ts';
import type { Workflow } from '../../../../domain/workflow.ts';
import type { ConflictError, ValidationError } from '../../../../errors.ts';
import type { BoardDeps } from '../../board-deps.ts';
import type { FormErrors } from '../../forms/block-inputs.ts';

/** What the rules refuse, at the inputs of a form that it is about; as a `message` where it is about none of them. */
export function placeIn(
  { triggerForms }: BoardDeps,
  kind: TriggerKind,
  blocks: readonly KnownBlock[],
  { inputsSchema }: Workflow,
  error: ConflictError | ValidationError,
): { errors: FormErrors; message: string } {
  // Their own sentences say everything, with examples.
  if (kind === 'schedule' || kind === 'intake') return { errors: {}, message: error.message };
  const inputs = blocks.flatMap(({ type, block_id: id = '' }) => (type === 'input' ? [id] : []));
  const { '': whole = '', ...errors } = triggerForms.placeErrors(error, inputs, inputsSchema);
  return { errors, message: whole };
}
