import { type Definition, defaultMaxVisits } from '../../domain/definition.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import type { JsonValue } from '../../domain/json.ts';
import { excludedSoFar } from './deciders.ts';
import { signatureAt } from './signature.ts';
import type { TemplateReads } from './template-reads.ts';

/** Visits are told apart only when so few are left; a task with more left can do whatever one with fewer can. */
const countedVisits = 3;

/**
 * The same text for tasks that can go on in the same ways: at the same step, asked of the same people, with the
 * same votes, and a context that templates cannot tell apart. What no template reads is left out, and so are
 * times, because nothing that can happen depends on them but how much of its year the task has left.
 */
export function stateKey(definition: Definition, execution: ExecutionState, reads: TemplateReads): string {
  const { status, pointer, stack, context, signals } = execution;
  const current = stack.at(-1);
  const root = { inputs: context.inputs, steps: context.steps as unknown as JsonValue };
  const at = (what: 'value' | 'kind') => (path: string) => signatureAt(root, path.split('.'), what);
  return JSON.stringify([
    status,
    pointer,
    current?.status,
    current?.failure?.code,
    status === 'COMPLETED' ? [current?.stepName, current?.condition, current?.outcome] : null,
    current?.assignees,
    current?.votes.map(({ outcome }) => outcome).sort(),
    current?.escalatedAt !== null,
    current?.unanswerable !== null,
    signals.map(({ name }) => name),
    visitsLeft(definition, execution),
    excludedSoFar(definition, execution),
    reads.decisive.map(at('value')),
    reads.shown.map(at('kind')),
  ]);
}

function visitsLeft({ steps }: Definition, { stack }: ExecutionState): number[] {
  return steps.map(({ id, maxVisits = defaultMaxVisits }) => {
    const visits = stack.filter(({ stepId, status }) => stepId === id && status !== 'FAILED').length;
    return Math.min(maxVisits - visits, countedVisits);
  });
}
