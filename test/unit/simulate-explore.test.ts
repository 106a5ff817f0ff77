import { describe, expect, it } from 'vitest';
import type { Definition, StepInput } from '../../src/domain/definition.ts';
import type { Exploration } from '../../src/domain/exploration.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { explore, exploring } from '../../src/engine/simulate/explore.ts';
import { play } from '../../src/engine/simulate/play.ts';
import { sampleWorkflows } from '../../src/composition/sample-workflows.ts';
import { definition, human, prompt, userMessage, wait } from '../support/builders.ts';

function reasons({ handoffs }: Exploration): Record<string, string> {
  return Object.fromEntries(
    handoffs.neverTaken.map(({ step, condition, to, because }) => [
      `${step}/${condition ?? ''}/${to}`,
      because,
    ]),
  );
}

/** The same step without `assignees`: it asks whom the inputs name, or whoever started the task. */
function ofNobody(step: StepInput): StepInput {
  return Object.fromEntries(Object.entries(step).filter(([field]) => field !== 'assignees')) as StepInput;
}

describe('trying everything that may happen', () => {
  it.each(sampleWorkflows.map((sample) => [sample.name, sample] as const))(
    'covers every handoff of the sample %s',
    (_name, { inputsSchema, steps }) => {
      const exploration = explore({ definition: definition(steps, inputsSchema) });
      expect(exploration.isComplete).toBe(true);
      expect(reasons(exploration)).toEqual({});
      expect(exploration.handoffs.covered).toBe(exploration.handoffs.total);
      expect(exploration.handoffs.total).toBeGreaterThan(2);
    },
  );

  it.each<[string, StepInput[], Record<string, RegExp>]>([
    [
      'a condition that no output meets',
      [
        prompt('a', {
          outputSchema: { type: 'object', properties: { risk: { enum: ['low'] } }, required: ['risk'] },
          handoffs: [
            { condition: 'risky', when: { properties: { risk: { const: 'high' } } }, to: 'complete' },
            { condition: 'default', to: 'complete' },
          ],
        }),
      ],
      { 'a/risky/complete': /none of the 1 outputs that were tried fits/ },
    ],
    [
      'a handoff behind another',
      [
        prompt('a', {
          outputSchema: { type: 'number' },
          handoffs: [
            { condition: 'big', when: { minimum: 10 }, to: 'complete' },
            { condition: 'huge', when: { minimum: 100 }, to: 'complete' },
            { condition: 'default', to: 'complete' },
          ],
        }),
      ],
      { 'a/huge/complete': /also fits "big", which comes first/ },
    ],
    [
      'a step that nothing leads to',
      [userMessage('a', { handoffs: [{ condition: 'default', to: 'complete' }] }), userMessage('b')],
      { 'b//complete': /never reached: nothing leads to it/ },
    ],
    [
      'a default behind all outcomes',
      [
        human('a', {
          handoffs: [
            { condition: 'approved', to: 'complete' },
            { condition: 'rejected', to: 'complete' },
            { condition: 'default', to: 'complete' },
          ],
        }),
      ],
      { 'a/default/complete': /every outcome has a way of its own/ },
    ],
    [
      'a step that only the starter could decide, who may not',
      [human('a', { assignees: ['UREHEARSER'], policy: { excludeStarter: true } })],
      { 'a//complete': /nobody is left who may decide/i, 'a/rejected/complete': /nobody is left/i },
    ],
    [
      'a template that needs what no task has',
      [userMessage('a', { inputsTemplate: { message: '{{steps.b.output.x}}' } }), userMessage('b')],
      { 'a//b': /needs "steps.b/, 'b//complete': /only reached from "a"/ },
    ],
    [
      'what comes after waits that are longer than a task lives',
      [wait('a', { for: '52w' }), wait('b', { for: '2w' }), userMessage('c')],
      {
        'b//c': /ends a year after its start/,
        'c//complete': /only reached from "b".*a year after its start/,
      },
    ],
  ])('says why %s is never taken', (_what, steps, expected) => {
    const found = reasons(explore({ definition: definition(steps) }));
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [way, pattern] of Object.entries(expected)) expect(found[way]).toMatch(pattern);
  });

  it('goes the longer way round to a wait, when the shorter one leaves too little of the year for it', () => {
    const workflow = definition([
      human('ask', {
        deadline: { after: '52w', then: 'late' },
        handoffs: [
          { condition: 'approved', to: 'tell' },
          { condition: 'rejected', to: 'complete' },
          { condition: 'late', to: 'rest' },
        ],
      }),
      userMessage('tell'),
      wait('rest', { for: '2w' }),
    ]);
    const exploration = explore({ definition: workflow });
    expect(reasons(exploration)).toEqual({});
    expect(exploration.outcomes.map(({ status }) => status)).toContain('EXPIRED');
  });

  it('has a decision made by whoever leaves somebody for the two-person rule of a later one', () => {
    const twice = definition([
      human('first', { assignees: ['U0BO', 'U0CHI'] }),
      human('second', { assignees: ['U0BO'], policy: { excludePrevious: true } }),
    ]);
    const found = explore({ definition: twice });
    expect(reasons(found)).toEqual({});
    const done = found.outcomes.find(
      ({ status, condition }) => status === 'COMPLETED' && condition === 'approved',
    );
    expect(done?.moves[0]).toMatchObject({ type: 'decide', step: 'first', by: 'U0CHI' });
    const unnamed = definition([
      ofNobody(human('first', { deadline: { after: '1d', then: 'escalate', escalateTo: ['U0LEAD'] } })),
      ofNobody(human('second', { policy: { excludePrevious: true } })),
    ]);
    expect(reasons(explore({ definition: unnamed }))).toEqual({});
    const blocked = definition([
      human('first', { assignees: ['U0BO'] }),
      human('second', { assignees: ['U0BO'], policy: { excludePrevious: true } }),
    ]);
    expect(Object.keys(reasons(explore({ definition: blocked })))).toContain('second//complete');
  });

  it('finds each outcome with a path that, played again, leads to it', () => {
    const workflow = definition([
      prompt('extract', {
        handoffs: [
          { condition: 'fine', to: 'complete' },
          { condition: 'unclear', to: 'review' },
        ],
      }),
      human('review', {
        deadline: { after: '2d', then: 'fail' },
        handoffs: [
          { condition: 'approved', to: 'complete' },
          { condition: 'rejected', to: 'extract' },
        ],
      }),
    ]);
    const { outcomes, handoffs } = explore({ definition: workflow });
    expect(handoffs.covered).toBe(4);
    const found = outcomes.map(({ status, step, failure }) =>
      `${status} ${step} ${failure?.code ?? ''}`.trim(),
    );
    expect(found.sort()).toEqual([
      'COMPLETED extract',
      'COMPLETED review',
      'FAILED extract run-failed',
      'FAILED extract visit-cap-reached',
      'FAILED review deadline-passed',
    ]);
    for (const outcome of outcomes) {
      const again = play({ definition: workflow, inputs: outcome.inputs, moves: outcome.moves });
      expect(again.refused).toBeNull();
      expect([again.execution.status, again.execution.stack.map(({ stepName }) => stepName)]).toEqual([
        outcome.status,
        outcome.path,
      ]);
    }
  });

  it('says how long a task can take at most: a chain adds up, a circle as often as it may be gone', () => {
    const chain = definition([
      human('a', { deadline: { after: '2d', then: 'fail' } }),
      wait('b', { for: '4h' }),
      userMessage('c', { deadline: { after: '1d', then: 'fail' } }),
    ]);
    expect(explore({ definition: chain }).longest.ms).toBe((48 + 4 + 24) * 3_600_000);
    const circle = definition([
      human('a', {
        maxVisits: 3,
        deadline: { after: '1d', then: 'fail' },
        handoffs: [
          { condition: 'approved', to: 'complete' },
          { condition: 'rejected', to: 'a' },
        ],
      }),
    ]);
    expect(explore({ definition: circle }).longest.ms).toBe(3 * 86_400_000);
    const endless = definition([human('a')]);
    expect(explore({ definition: endless }).longest).toEqual({ ms: null, because: '"a" has no deadline' });
  });

  it('counts how often each person is asked and reminded', () => {
    const workflow = definition([
      human('a', {
        assignees: ['bo@example.com'],
        reminder: { every: '1d', max: 2 },
        deadline: { after: '5d', then: 'fail' },
      }),
      userMessage('b', { assignee: 'bo@example.com' }),
    ]);
    expect(explore({ definition: workflow }).asked).toEqual([
      { recipient: 'bo@example.com', least: 1, most: 2, reminders: 2 },
    ]);
  });

  it('counts those who are asked again in a circle up to its visit cap', () => {
    const handoffs = [
      { condition: 'approved', to: 'complete' },
      { condition: 'rejected', to: 'a' },
    ];
    const endless = definition([human('a', { assignees: ['bo@example.com'], handoffs })]);
    expect(explore({ definition: endless }).asked).toEqual([
      { recipient: 'bo@example.com', least: 1, most: 25, reminders: 0 },
    ]);
  });

  it('ends at its limit of situations, and says so', () => {
    const options: JsonObject = { enum: ['a', 'b', 'c', 'd'] };
    const steps = Array.from(
      { length: 8 },
      (_none, index): StepInput =>
        prompt(`p${index}`, {
          outputSchema: { type: 'object', properties: { v: options }, required: ['v'] },
        }),
    );
    const asks = steps.map((_step, index) => `{{steps.p${index}.output.v}}@example.com`);
    const workflow: Definition = definition([...steps, human('last', { assignees: asks })]);
    const limits = { maxStates: 200, maxMs: 60_000 };
    const exploration = explore({ definition: workflow, limits });
    expect(exploration).toMatchObject({ isComplete: false, stoppedBecause: expect.stringContaining('200') });
    expect(exploration.handoffs.neverTaken.length).toBeGreaterThan(0);
  });

  it('gives others a turn after each situation, and ends when it is told to', () => {
    const workflow = definition(Array.from({ length: 20 }, (_none, index) => userMessage(`m${index}`)));
    const work = exploring({ definition: workflow });
    let turns = 0;
    let result = work.next();
    while (result.done !== true) {
      turns += 1;
      result = work.next(turns === 10 ? 'the time is up' : undefined);
    }
    expect(turns).toBeGreaterThanOrEqual(10);
    expect(turns).toBeLessThan(20);
    expect(result.value).toMatchObject({ isComplete: false, stoppedBecause: 'the time is up' });
  });

  it('starts with inputs that fit, whether or not the schema lists what templates read', () => {
    const workflow = definition([
      userMessage('a', { assignee: '{{inputs.owner}}', inputsTemplate: { message: 'Hi {{inputs.name}}' } }),
    ]);
    const { handoffs, outcomes } = explore({ definition: workflow });
    expect(handoffs.covered).toBe(1);
    expect(outcomes.map(({ failure }) => failure?.code)).toContain('template-value-missing');
  });
});
