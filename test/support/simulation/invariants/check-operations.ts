import type { Operation } from '../operation.ts';
import type { World } from '../world.ts';
import type { Evidence } from './evidence.ts';

/** What was accepted took effect exactly once, what was refused not at all, and the rest at most once. */
export function checkOperations(world: World, evidence: readonly Evidence[]): string[] {
  const found = new Map<string, { executionId: string; v: number }[]>();
  for (const { id, entries, tokens } of evidence) {
    for (const [index, token] of tokens.entries()) {
      if (token === null) continue;
      found.set(token, [...(found.get(token) ?? []), { executionId: id, v: entries[index]?.state.v ?? 0 }]);
    }
  }
  return world.operations.flatMap((operation) => {
    const effects = found.get(operation.token) ?? [];
    const problem = isForeign(world, operation)
      ? checkForeign(operation, effects.length)
      : checkEffects(world, operation, effects);
    return problem === null ? [] : [`${operation.token} (${describe(operation)}): ${problem}`];
  });
}

function checkEffects(
  world: World,
  { answer, request }: Operation,
  effects: readonly { executionId: string; v: number }[],
): string | null {
  if (effects.length > 1) return `took effect ${effects.length} times`;
  const [effect] = effects;
  switch (answer.kind) {
    case 'none':
    case 'failed':
      return null;
    case 'refused':
      return effect === undefined ? null : `was refused (${answer.error.message}) and took effect`;
    case 'accepted': {
      const { state } = answer;
      if (request.kind === 'start' && request.start.startKey !== null) {
        const { orgId, startKey } = request.start;
        const record = world.records().find((other) => other.state.id === state.id);
        const isIt = record?.state.orgId === orgId && record.delivery.startKey === startKey;
        return isIt ? null : 'was told of an execution that its start key did not start';
      }
      if (effect === undefined) return 'was accepted and took no effect';
      const isIt = effect.executionId === state.id && effect.v === state.v;
      return isIt ? null : `was told v ${state.v} and took effect as v ${effect.v}`;
    }
  }
}

function checkForeign({ answer }: Operation, effects: number): string | null {
  if (effects > 0) return 'took effect in another org';
  return answer.kind === 'accepted' ? 'was accepted for another org' : null;
}

/** True when whoever asks belongs to another org than what they ask about. */
function isForeign(world: World, { request }: Operation): boolean {
  if (request.kind === 'start') return false;
  const record = world.records().find(({ state }) => state.id === request.executionId);
  return record !== undefined && record.state.orgId !== request.orgId;
}

function describe({ request, answer }: Operation): string {
  const what = request.kind === 'start' ? 'start' : request.command.type;
  return `${what}, ${answer.kind}`;
}
