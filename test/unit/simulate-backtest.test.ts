import { describe, expect, it } from 'vitest';
import type { Definition, StepInput } from '../../src/domain/definition.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { Move } from '../../src/domain/rehearsal.ts';
import { backtest } from '../../src/engine/simulate/backtest.ts';
import { play } from '../../src/engine/simulate/play.ts';
import { definition, human, prompt, userMessage, wait } from '../support/builders.ts';

/** A task as it would be recorded, with these moves. */
function record(workflow: Definition, inputs: JsonObject, ...moves: object[]): ExecutionState {
  const played = play({ definition: workflow, inputs, moves: moves.map((move) => Move.parse(move)) });
  expect(played.refused).toBeNull();
  return played.execution;
}

const extract = prompt('extract', {
  outputSchema: { type: 'object', properties: { amount: { type: 'number' } }, required: ['amount'] },
  handoffs: [
    { condition: 'big', when: { properties: { amount: { minimum: 1_000 } } }, to: 'review' },
    { condition: 'default', to: 'complete' },
  ],
});
const review = human('review', {
  assignees: ['@legal', 'bo@example.com', '#deals'],
  deadline: { after: '2d', then: 'rejected' },
  reminder: { every: '1d' },
});
const steps: StepInput[] = [extract, review, userMessage('tell'), wait('hold', { for: '1d' })];
const workflow = definition(steps);

const big = { type: 'answer', output: { amount: 5_000 } };
const approved = { type: 'decide', outcome: 'approved', by: 'bo@example.com' };
const records: [string, ExecutionState][] = [
  ['went to its end', record(workflow, {}, big, approved, { type: 'complete' }, { type: 'wait' })],
  [
    'was rejected by somebody of a group',
    record(workflow, {}, big, { type: 'decide', outcome: 'rejected', by: '@legal', comment: 'No' }),
  ],
  ['was passed by its deadline', record(workflow, {}, big, { type: 'wait' })],
  ['was small', record(workflow, {}, { type: 'answer', output: { amount: 1 } })],
  ['still waits', record(workflow, {}, big)],
  ['was sent on by hand', record(workflow, {}, big, { type: 'reroute', to: 'tell' }, { type: 'complete' })],
  ['has failed, and was retried', record(workflow, {}, { type: 'fail' }, { type: 'retry' }, big)],
  ['was cancelled', record(workflow, {}, big, { type: 'cancel' })],
  ['has expired', record(definition([userMessage('tell')]), {}, { type: 'wait' })],
];

describe('a backtest', () => {
  it.each(records)('by the same revision goes the same way: a task that %s', (_what, recorded) => {
    const own = recorded.stack[0]?.stepName === 'tell' ? definition([userMessage('tell')]) : workflow;
    expect(backtest(own, recorded)).toMatchObject({ same: true, parted: null });
  });

  function changed(name: string, change: object): Definition {
    return definition(
      steps.map((step) => (step.name === name ? ({ ...step, ...change } as StepInput) : step)),
    );
  }

  const [[, toEnd], , [, passed], [, small], [, waits]] = records as [
    (typeof records)[0],
    (typeof records)[0],
    (typeof records)[0],
    (typeof records)[0],
    (typeof records)[0],
  ];

  it.each<[string, ExecutionState, Definition, string, RegExp]>([
    [
      'a threshold that moved',
      small,
      changed('extract', { handoffs: [{ condition: 'default', to: 'review' }] }),
      'extract',
      /goes on to "review", and did not/,
    ],
    [
      'a step in between',
      toEnd,
      definition([extract, review, userMessage('log'), ...steps.slice(2)]),
      'review',
      /goes to "log" and not to "tell"/,
    ],
    ['more votes', toEnd, changed('review', { policy: { required: 2 } }), 'review', /more have to agree/],
    ['other people', toEnd, changed('review', { assignees: ['U0EVE'] }), 'review', /Only U0EVE/],
    [
      'a longer deadline',
      passed,
      changed('review', { deadline: { after: '4d', then: 'rejected' } }),
      'review',
      /is running and not completed/,
    ],
    [
      'inputs that are required now',
      waits,
      { ...workflow, inputsSchema: { type: 'object', required: ['x'] } },
      'the start',
      /inputs do not fit/,
    ],
    [
      'a template that cannot be filled in',
      toEnd,
      changed('tell', { inputsTemplate: { message: '{{steps.nobody.output.x}}' } }),
      'tell',
      /needs "steps/,
    ],
  ])('says where a task parts, and how: %s', (_what, recorded, revision, step, reason) => {
    const { same, parted } = backtest(revision, recorded);
    expect(same).toBe(false);
    expect(parted?.reason).toMatch(reason);
    expect(parted?.step).toBe(step);
  });
});
