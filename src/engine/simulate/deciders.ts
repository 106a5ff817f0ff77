import { openAsks } from '../../domain/asks.ts';
import { type Definition, type HumanStep, escalate } from '../../domain/definition.ts';
import { type ExecutionState, currentStepExecution } from '../../domain/execution.ts';
import type { Move } from '../../domain/rehearsal.ts';
import { canonicalRecipient, parseRecipient } from '../../domain/recipient.ts';

type TwoPersonStep = HumanStep & { id: string };

/**
 * The same moves, and where a step is closed to whoever has decided another one, each decision also by those whom
 * that step asks, and by somebody whom it does not: who decides here is what decides who may there.
 */
export function byEachWhoMatters(
  definition: Definition,
  execution: ExecutionState,
  moves: readonly Move[],
): readonly Move[] {
  const others = closedToDeciders(definition).filter(({ id }) => id !== execution.pointer);
  const current = currentStepExecution(execution);
  if (others.length === 0 || current === undefined) return moves;
  const asked = openAsks(current).map(({ recipient }) => recipient);
  const mattering = asked.filter((recipient) => others.some((step) => mayAsk(step, recipient)));
  const indifferent = asked.filter((recipient) => !mattering.includes(recipient));
  const other =
    indifferent.find((recipient) => !others.some((step) => names(escalatedTo(step), recipient))) ??
    indifferent[0];
  const deciders = other === undefined ? mattering : [...mattering, other];
  return moves.flatMap((move): Move[] =>
    move.type === 'decide' ? [move, ...deciders.map((by) => ({ ...move, by }))] : [move],
  );
}

/** For each step that is closed to them: who of those whom it may ask has decided another one. */
export function excludedSoFar(definition: Definition, { stack }: ExecutionState): string[] {
  const excluded = closedToDeciders(definition).flatMap((step) => {
    const askable = [...(step.assignees ?? []), ...escalatedTo(step)].map(parseRecipient);
    // Who is in a group, or is named by the task, is not to be seen here.
    const isOpen = step.assignees === undefined || askable.some((recipient) => recipient?.kind !== 'user');
    const userIds = askable.map((recipient) => (recipient?.kind === 'user' ? recipient.userId : null));
    return stack
      .filter(({ type, stepId }) => type === 'HUMAN' && stepId !== step.id)
      .flatMap(({ votes }) => votes)
      .flatMap(({ actor }) => (actor.kind === 'person' ? [actor.userId] : []))
      .filter((userId) => isOpen || userIds.includes(userId))
      .map((userId) => `${step.name}:${userId}`);
  });
  return [...new Set(excluded)].sort();
}

function closedToDeciders({ steps }: Definition): TwoPersonStep[] {
  return steps.filter(
    (step): step is TwoPersonStep => step.type === 'HUMAN' && step.policy?.excludePrevious === true,
  );
}

function escalatedTo({ deadline }: HumanStep): readonly string[] {
  return deadline?.then === escalate ? (deadline.escalateTo ?? []) : [];
}

/** True also where it is only known in the task whom the step asks. */
function mayAsk({ assignees }: HumanStep, recipient: string): boolean {
  return assignees === undefined || names(assignees, recipient);
}

function names(texts: readonly string[], recipient: string): boolean {
  return texts.some((text) => text.includes('{{') || canonicalRecipient(text) === recipient);
}
