import { describe, expect, it } from 'vitest';
import type { Definition } from '../../src/domain/definition.ts';
import { deriveId } from '../../src/domain/ids.ts';
import { transition } from '../../src/engine/transition.ts';
import { definition, human, minutesAfterStart, programKey, started } from '../support/builders.ts';
import { checkPeople } from '../support/simulation/invariants/check-people.ts';
import type { Evidence } from '../support/simulation/invariants/evidence.ts';
import type { World } from '../support/simulation/world.ts';

describe('the rules about people, of a task that was moved', () => {
  const assignees = ['U0ANA', 'U0BO'];
  const from = definition([human('ok', { assignees })]);
  const to: Definition = {
    ...definition([human('ok', { assignees, policy: { excludeStarter: true } })]),
    revision: 2,
    revisionId: deriveId('revision', 2),
  };

  /** @param excluded whom the log says to be excluded */
  function problemsOf(excluded: string[]): string[] {
    const before = started(from);
    const after = transition(
      from,
      before.execution,
      { type: 'move', to, by: programKey },
      minutesAfterStart(1),
    );
    const entries = [before, after].map(({ execution: state }) => ({ state }));
    const log = [...before.events, ...after.events].map((event) =>
      event.type === 'WORKFLOW_EXECUTION_MOVED' ? { ...event, data: { ...event.data, excluded } } : event,
    );
    const definitionOf = (id: string): Definition => (id === to.revisionId ? to : from);
    const world = { workflows: { definition: definitionOf } } as unknown as World;
    return checkPeople(world, { id: 'task', entries, log, tokens: [] } as unknown as Evidence);
  }

  it.each<[string, string[], RegExp | null]>([
    ['whom the rules exclude', ['U0ANA'], null],
    ['one more', ['U0ANA', 'U0BO'], /excludes U0BO, whom no rule excludes/],
    ['one less', [], /keeps asking who is excluded/],
  ])('excluded %s', (_whom, excluded, expected) => {
    const problems = problemsOf(excluded);
    if (expected === null) expect(problems).toEqual([]);
    else expect(problems).toEqual([expect.stringMatching(expected)]);
  });
});
