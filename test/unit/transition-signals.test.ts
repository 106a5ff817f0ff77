import { describe, expect, it } from 'vitest';
import { definition, programKey, userMessage, wait } from '../support/builders.ts';
import {
  type MakeCommand,
  chi,
  give,
  markDone,
  play,
  playLast,
  refusalOf,
} from '../support/step-commands.ts';

function signal(payload: number, name = 'payment'): MakeCommand {
  return () => ({ type: 'signal', name, payload, by: programKey });
}

const twice = definition([
  userMessage('first'),
  wait('deposit', { signal: 'payment' }),
  wait('rest', { signal: 'payment' }),
  userMessage('last'),
]);

describe('signals of one name', () => {
  it('that come before their steps are each kept for one, in their order', () => {
    const execution = play(twice, [signal(1), signal(2), markDone(chi)]);
    expect(execution.context.steps).toMatchObject({ deposit: { output: 1 }, rest: { output: 2 } });
    expect(execution.stack.at(-1)?.stepName).toBe('last');
    expect(execution.signals).toEqual([]);
  });

  it('are told in the log of the step that they end: who sent them, and when', () => {
    const { events } = playLast(twice, [signal(1), markDone(chi)]);
    const [, ended] = events.filter(({ type }) => type === 'WORKFLOW_STEP_EXECUTION_COMPLETED');
    expect(ended).toMatchObject({
      stepName: 'deposit',
      data: { output: 1, signal: { name: 'payment', wasKept: true, by: { kind: 'key', keyId: 'admin' } } },
    });
    const waited = playLast(twice, [markDone(chi), signal(1)]);
    expect(waited.events[0]).toMatchObject({ actor: { kind: 'key' }, data: { signal: { wasKept: false } } });
  });

  it('are refused when more are kept than a task can hold, and nothing is lost', () => {
    const eight = Array.from({ length: 8 }, (_, index) => signal(index));
    const execution = play(twice, eight);
    expect(refusalOf(() => give(twice, execution, signal(9)))).toMatchObject({ kind: 'wrong-command' });
    expect(execution.signals.map(({ payload }) => payload)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const others = Array.from({ length: 8 }, (_, index) => signal(index, `other_${index}`));
    const full = play(twice, [...eight, ...others]);
    expect(refusalOf(() => give(twice, full, signal(1, 'one_more')))).toMatchObject({
      kind: 'wrong-command',
    });
  });
});
