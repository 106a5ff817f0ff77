import { describe, expect, it } from 'vitest';
import type { Caller, Person } from '../../src/domain/actor.ts';
import type { Definition, StepInput } from '../../src/domain/definition.ts';
import { findChainBreak } from '../../src/domain/event.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import { Refusal } from '../../src/domain/refusal.ts';
import type { ExecutionCommand } from '../../src/engine/engine.ts';
import { transition } from '../../src/engine/transition.ts';
import {
  currentId,
  definition,
  human,
  minutesAfterStart,
  person,
  programKey,
  started,
  startTime,
  userMessage,
  wait,
} from '../support/builders.ts';

const ana = person('ana');
const bo = person('bo');
const chi = person('chi');

/** Commands as the tables write them; the step execution is always the newest. */
const choose =
  (outcome: string, by: Person = bo, comment: string | null = null) =>
  (execution: ExecutionState): ExecutionCommand => ({
    type: 'decide',
    stepExecutionId: currentId(execution),
    outcome,
    comment,
    output: null,
    by,
  });
const finish =
  (by: Caller, output: null | { [key: string]: string } = null) =>
  (execution: ExecutionState): ExecutionCommand => ({
    type: 'complete',
    stepExecutionId: currentId(execution),
    outcome: null,
    comment: null,
    output,
    by,
  });
type MakeCommand = (execution: ExecutionState) => ExecutionCommand;

function run(workflow: Definition, commands: MakeCommand[], inputs = {}): ExecutionState {
  let { execution } = started(workflow, { inputs });
  for (const [index, command] of commands.entries()) {
    execution = transition(workflow, execution, command(execution), minutesAfterStart(index + 1)).execution;
  }
  return execution;
}

function refusalOf(work: () => unknown): Refusal['reason'] {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
  throw new Error('it was not refused');
}

const branching: StepInput[] = [
  human('ok', {
    handoffs: [
      { condition: 'approved', to: 'tell' },
      { condition: 'rejected', to: 'complete' },
    ],
  }),
  userMessage('tell'),
];

describe('where a task goes', () => {
  const rows: [
    string,
    StepInput[],
    MakeCommand[],
    { status: string; at: string | null; visited: string[] },
  ][] = [
    ['a workflow without steps completes at once', [], [], { status: 'COMPLETED', at: null, visited: [] }],
    ['the first step waits', branching, [], { status: 'RUNNING', at: 'ok', visited: ['ok'] }],
    [
      'approved leads to its handoff',
      branching,
      [choose('approved')],
      { status: 'RUNNING', at: 'tell', visited: ['ok', 'tell'] },
    ],
    [
      'rejected with a reason leads to complete',
      branching,
      [choose('rejected', bo, 'too much')],
      { status: 'COMPLETED', at: null, visited: ['ok'] },
    ],
    [
      'the last step without handoffs leads to complete',
      branching,
      [choose('approved'), finish(chi)],
      { status: 'COMPLETED', at: null, visited: ['ok', 'tell'] },
    ],
    [
      'a plain list of steps is passed in order',
      [userMessage('a'), userMessage('b'), userMessage('c')],
      [finish(chi), finish(chi)],
      { status: 'RUNNING', at: 'c', visited: ['a', 'b', 'c'] },
    ],
    [
      'a program with a key may complete a message',
      [userMessage('a')],
      [finish(programKey)],
      { status: 'COMPLETED', at: null, visited: ['a'] },
    ],
    [
      'no handoff matched and no default: the task stops as FAILED',
      [human('ok', { handoffs: [{ condition: 'approved', to: 'complete' }] })],
      [choose('rejected', bo, 'no')],
      { status: 'FAILED', at: 'ok', visited: ['ok'] },
    ],
    [
      'default is taken when nothing else matched, wherever it stands',
      [
        human('ok', {
          handoffs: [
            { condition: 'default', to: 'complete' },
            { condition: 'approved', to: 'tell' },
          ],
        }),
        userMessage('tell'),
      ],
      [choose('approved')],
      { status: 'RUNNING', at: 'tell', visited: ['ok', 'tell'] },
    ],
    [
      'a schema over the output chooses',
      [
        userMessage('form', {
          handoffs: [
            {
              condition: 'big',
              when: { properties: { size: { const: 'big' } }, required: ['size'] },
              to: 'ok',
            },
            { condition: 'default', to: 'complete' },
          ],
        }),
        human('ok'),
      ],
      [finish(chi, { size: 'big' })],
      { status: 'RUNNING', at: 'ok', visited: ['form', 'ok'] },
    ],
    [
      'a wait that is over already needs nobody',
      [wait('past', { until: '2020-01-01' }), userMessage('a')],
      [],
      { status: 'RUNNING', at: 'a', visited: ['past', 'a'] },
    ],
    [
      'a wait until something that is no time stops as FAILED',
      [wait('bad', { until: 'tomorrow' })],
      [],
      { status: 'FAILED', at: 'bad', visited: ['bad'] },
    ],
    [
      'a cycle that needs nobody stops at its visit cap',
      [
        wait('again', {
          until: '2020-01-01',
          maxVisits: 3,
          handoffs: [{ condition: 'default', to: 'again' }],
        }),
      ],
      [],
      { status: 'FAILED', at: 'again', visited: ['again', 'again', 'again', 'again'] },
    ],
  ];

  it.each(rows)('%s', (_name, steps, commands, expected) => {
    const workflow = definition(steps);
    const execution = run(workflow, commands);
    const at = workflow.steps.find(({ id }) => id === execution.pointer)?.name ?? null;
    expect({
      status: execution.status,
      at,
      visited: execution.stack.map(({ stepName }) => stepName),
    }).toEqual(expected);
  });
});

describe('what is refused', () => {
  const decidedByBo = run(definition(branching), [choose('approved')]);
  const rows: [string, StepInput[], MakeCommand[], MakeCommand, Refusal['reason']['kind']][] = [
    ['somebody who is not asked', branching, [], choose('approved', chi), 'not-entitled'],
    ['a rejection without the reason that it needs', branching, [], choose('rejected'), 'comment-required'],
    ['a rejection whose reason is blank', branching, [], choose('rejected', bo, '  '), 'comment-required'],
    ['an outcome that the step does not have', branching, [], choose('maybe'), 'unknown-outcome'],
    [
      'a key that decides',
      branching,
      [],
      (e) => ({ ...choose('approved')(e), by: programKey }) as ExecutionCommand,
      'person-required',
    ],
    ['completing a decision', branching, [], finish(bo), 'wrong-command'],
    ['deciding a message', [userMessage('a')], [], choose('approved', chi), 'wrong-command'],
    [
      'deciding twice',
      branching,
      [choose('approved')],
      () =>
        ({
          ...choose('rejected', bo, 'x')(decidedByBo),
          stepExecutionId: decidedByBo.stack[0]?.id ?? '',
        }) as ExecutionCommand,
      'already-done',
    ],
    [
      'the starter, where the starter may not decide',
      [human('ok', { assignees: ['U0ANA', 'U0BO'], policy: { excludeStarter: true } })],
      [],
      choose('approved', ana),
      'excluded',
    ],
    [
      'who decided an earlier step, where they may not decide again',
      [human('one'), human('two', { policy: { excludePrevious: true } })],
      [choose('approved')],
      choose('approved'),
      'excluded',
    ],
    [
      'the same vote twice',
      [human('ok', { policy: { required: 2 } })],
      [choose('approved')],
      choose('approved'),
      'already-voted',
    ],
    [
      'rerouting to a step that there is not',
      branching,
      [],
      () => ({ type: 'reroute', to: 'nowhere', reason: null, by: programKey }),
      'wrong-command',
    ],
    [
      'rerouting what has ended',
      branching,
      [() => ({ type: 'cancel', reason: null, by: programKey })],
      () => ({ type: 'reroute', to: 'tell', reason: null, by: programKey }),
      'execution-ended',
    ],
    ['retrying what has not failed', branching, [], () => ({ type: 'retry', by: programKey }), 'not-failed'],
    [
      'cancelling what has ended',
      [],
      [],
      () => ({ type: 'cancel', reason: null, by: programKey }),
      'execution-ended',
    ],
    [
      'an output that does not fit the output schema',
      [userMessage('a', { outputSchema: { type: 'object', required: ['sum'] } })],
      [],
      finish(chi, { other: 'x' }),
      'output-invalid',
    ],
  ];

  it.each(rows)('%s', (_name, steps, before, command, kind) => {
    const workflow = definition(steps);
    const execution = run(workflow, before);
    const frozen = structuredClone(execution);
    const reason = refusalOf(() =>
      transition(workflow, execution, command(execution), minutesAfterStart(60)),
    );
    expect(reason.kind).toBe(kind);
    expect(execution).toEqual(frozen);
  });

  it('says who was first, when, and what they chose', () => {
    const workflow = definition(branching);
    const execution = run(workflow, [choose('approved')]);
    const late = {
      ...choose('approved')(execution),
      stepExecutionId: execution.stack[0]?.id ?? '',
    } as ExecutionCommand;
    expect(refusalOf(() => transition(workflow, execution, late, minutesAfterStart(9)))).toEqual({
      kind: 'already-done',
      status: 'COMPLETED',
      outcome: 'approved',
      outcomeLabel: 'Approve',
      actor: { kind: 'person', userId: 'U0BO', name: 'bo' },
      at: minutesAfterStart(1),
    });
  });
});

describe('votes', () => {
  const twoOfThree = definition([
    human('ok', { assignees: ['U0ANA', 'U0BO', 'U0CHI'], policy: { required: 2 } }),
  ]);

  it('waits until enough people have made the same choice', () => {
    const one = run(twoOfThree, [choose('approved', ana)]);
    const two = run(twoOfThree, [choose('approved', ana), choose('approved', chi)]);
    expect([one.status, two.status]).toEqual(['RUNNING', 'COMPLETED']);
  });

  it('takes one rejection as enough', () => {
    const execution = run(twoOfThree, [choose('approved', ana), choose('rejected', bo, 'no')]);
    expect(execution.stack[0]?.outcome).toBe('rejected');
  });

  it('lets a person change the vote while the step is open, and counts it once', () => {
    const outcomes = [
      { name: 'a', label: 'A' },
      { name: 'b', label: 'B' },
    ];
    const workflow = definition([
      human('ok', { assignees: ['U0ANA', 'U0BO'], policy: { required: 2 }, outcomes }),
    ]);
    const execution = run(workflow, [choose('a', ana), choose('b', ana)]);
    expect(execution.stack[0]?.votes.map(({ outcome }) => outcome)).toEqual(['b']);
    expect(execution.status).toBe('RUNNING');
  });
});

describe('events', () => {
  it('are numbered without a gap and chained by their hashes over the whole life of a task', () => {
    const workflow = definition(branching);
    const first = started(workflow);
    const second = transition(
      workflow,
      first.execution,
      choose('approved')(first.execution),
      minutesAfterStart(1),
    );
    const third = transition(workflow, second.execution, finish(chi)(second.execution), minutesAfterStart(2));
    const log = [...first.events, ...second.events, ...third.events];
    expect(findChainBreak(log)).toBeNull();
    expect(log.map(({ type }) => type.replace('WORKFLOW_', ''))).toEqual([
      'EXECUTION_STARTED',
      'STEP_EXECUTION_SCHEDULED',
      'STEP_EXECUTION_STARTED',
      'STEP_EXECUTION_DECIDED',
      'STEP_EXECUTION_COMPLETED',
      'STEP_EXECUTION_SCHEDULED',
      'STEP_EXECUTION_STARTED',
      'STEP_EXECUTION_COMPLETED',
      'EXECUTION_COMPLETED',
    ]);
    const [, tampered] = log;
    const forged = log.map((event) =>
      event === tampered ? { ...event, data: { stepExecutionId: 'other' } } : event,
    );
    expect(findChainBreak(forged)).toBe(2);
  });

  it('raise v by one per transition', () => {
    const workflow = definition(branching);
    expect(started(workflow).execution.v).toBe(1);
    expect(run(workflow, [choose('approved'), finish(chi)]).v).toBe(3);
  });

  it('follow from the arguments alone', () => {
    const workflow = definition(branching);
    expect(started(workflow)).toEqual(started(workflow));
  });
});

describe('signals', () => {
  const workflow = definition([userMessage('first'), wait('paid', { signal: 'payment' })]);
  const signal: MakeCommand = () => ({
    type: 'signal',
    name: 'payment',
    payload: { sum: 5 },
    by: programKey,
  });

  it.each([
    ['that comes before the wait is kept for it', [signal, finish(chi)]],
    ['that comes during the wait ends it', [finish(chi), signal]],
  ])('a signal %s', (_name, commands) => {
    const execution = run(workflow, commands);
    expect(execution.status).toBe('COMPLETED');
    expect(execution.context.steps['paid']?.output).toEqual({ sum: 5 });
  });
});

describe('timers', () => {
  const wake: ExecutionCommand = { type: 'wake' };
  const day = 24 * 60;

  it('end a wait at its time and not a moment before', () => {
    const workflow = definition([wait('pause', { for: '2d' })]);
    const { execution } = started(workflow);
    expect(execution.timerAt).toEqual(minutesAfterStart(2 * day));
    const early = transition(workflow, execution, wake, new Date(minutesAfterStart(2 * day).getTime() - 1));
    expect(early.execution).toBe(execution);
    expect(transition(workflow, execution, wake, minutesAfterStart(2 * day)).execution.status).toBe(
      'COMPLETED',
    );
  });

  it('remind as often as the step says, and no more', () => {
    const workflow = definition([human('ok', { reminder: { every: '1d', max: 2 } })]);
    let { execution } = started(workflow);
    const reminders: number[] = [];
    for (let days = 1; days <= 5; days += 1) {
      const result = transition(workflow, execution, wake, minutesAfterStart(days * day));
      execution = result.execution;
      reminders.push(result.effects.filter(({ kind }) => kind === 'remind').length);
    }
    expect(reminders).toEqual([1, 1, 0, 0, 0]);
  });

  it('escalate at the deadline: more people are asked, and the first ones may still decide', () => {
    const workflow = definition([
      human('ok', { deadline: { after: '2d', then: 'escalate', escalateTo: ['U0LEAD'] } }),
    ]);
    const { execution } = started(workflow);
    const result = transition(workflow, execution, wake, minutesAfterStart(2 * day));
    expect(result.execution.waitingFor).toEqual(['U0BO', 'U0LEAD']);
    expect(result.effects.map(({ kind }) => kind)).toContain('ask');
    const decided = transition(
      workflow,
      result.execution,
      choose('approved')(result.execution),
      minutesAfterStart(3 * day),
    );
    expect(decided.execution.status).toBe('COMPLETED');
  });

  it('take the named condition at the deadline, recorded as nobody’s choice', () => {
    const workflow = definition([
      human('ok', {
        deadline: { after: '2d', then: 'rejected' },
        handoffs: [
          { condition: 'approved', to: 'pay' },
          { condition: 'rejected', to: 'complete' },
        ],
      }),
      userMessage('pay'),
    ]);
    const { execution } = started(workflow);
    const result = transition(workflow, execution, wake, minutesAfterStart(2 * day));
    expect(result.execution.status).toBe('COMPLETED');
    expect(result.execution.stack[0]).toMatchObject({
      outcome: 'rejected',
      actor: { kind: 'system' },
      votes: [],
    });
  });

  it('do not fire after a person has decided', () => {
    const workflow = definition([
      human('ok', { deadline: { after: '2d', then: 'rejected' } }),
      userMessage('next'),
    ]);
    const execution = run(workflow, [choose('approved')]);
    expect(transition(workflow, execution, wake, minutesAfterStart(2 * day)).execution).toBe(execution);
  });

  it('expire a task after one year, and close its asks', () => {
    const workflow = definition([human('ok')]);
    const { execution } = started(workflow);
    expect(execution.timerAt).toEqual(new Date('2027-03-02T09:00:00.000Z'));
    const result = transition(workflow, execution, wake, new Date('2027-03-02T09:00:00.000Z'));
    expect(result.execution).toMatchObject({
      status: 'EXPIRED',
      pointer: null,
      timerAt: null,
      waitingFor: [],
    });
    expect(result.effects.map(({ kind }) => kind)).toContain('update-asks');
  });

  it('count one year over a 29 February', () => {
    const { execution } = started(definition([human('ok')]), { now: new Date('2028-02-29T12:00:00.000Z') });
    expect(execution.expiresAt).toEqual(new Date('2029-03-01T12:00:00.000Z'));
  });
});

describe('a task that stopped', () => {
  const needsTotal = definition([
    userMessage('ask', { inputsTemplate: { message: 'Total of {{inputs.order}}?' } }),
    userMessage('tell', { inputsTemplate: { message: 'It is {{steps.ask.output.total}}' } }),
  ]);

  it('names the path of the value that a template lacks', () => {
    const execution = run(needsTotal, [finish(chi)], { order: 7 });
    expect(execution).toMatchObject({
      status: 'FAILED',
      failure: { code: 'template-value-missing', data: { path: 'steps.ask.output.total' } },
    });
    expect(execution.pointer).toBe(needsTotal.steps[1]?.id);
  });

  it('visits the step again on retry, and can be cancelled', () => {
    const failed = run(needsTotal, [finish(chi)], { order: 7 });
    const retried = transition(
      needsTotal,
      failed,
      { type: 'retry', by: programKey },
      minutesAfterStart(5),
    ).execution;
    expect(retried.stack.map(({ stepName, visit }) => [stepName, visit])).toEqual([
      ['ask', 1],
      ['tell', 1],
      ['tell', 2],
    ]);
    const cancelled = transition(
      needsTotal,
      retried,
      { type: 'cancel', reason: 'x', by: programKey },
      minutesAfterStart(6),
    );
    expect(cancelled.execution.status).toBe('CANCELLED');
  });

  it('says which conditions were tried against which value', () => {
    const workflow = definition([human('ok', { handoffs: [{ condition: 'approved', to: 'complete' }] })]);
    const execution = run(workflow, [choose('rejected', bo, 'no')]);
    expect(execution.failure?.data).toMatchObject({
      outcome: 'rejected',
      tried: [{ condition: 'approved', to: 'complete', why: 'the outcome was "rejected"' }],
    });
  });

  it('has nobody to ask when a program started it and no assignee is named', () => {
    const workflow = definition([human('ok', { assignees: [] })]);
    const { execution } = started(workflow, { startedBy: { kind: 'key', keyId: 'k', name: null } });
    expect(execution.failure?.code).toBe('no-assignee');
  });
});

describe('assignees', () => {
  const rows: [string, StepInput, object, string[]][] = [
    ['those that the step names', human('ok', { assignees: ['U0BO', '@finance'] }), {}, ['U0BO', '@finance']],
    [
      'those that an input names, separated by commas',
      human('ok', { assignees: ['{{inputs.who}}'] }),
      { who: 'a@b.co, U0BO' },
      ['a@b.co', 'U0BO'],
    ],
    [
      'the input named assignee',
      human('ok', { assignees: [] }),
      { assignee: 'bo@example.com' },
      ['bo@example.com'],
    ],
    [
      'the email of the input named assignee',
      human('ok', { assignees: [] }),
      { assignee: { name: 'Bo', email: 'bo@example.com' } },
      ['bo@example.com'],
    ],
    ['else the person who started it', human('ok', { assignees: [] }), {}, ['U0ANA']],
    ['each of them once', human('ok', { assignees: ['U0BO', 'U0BO'] }), {}, ['U0BO']],
  ];

  it.each(rows)('are %s', (_name, step, inputs, expected) => {
    const { execution, effects } = started(definition([step]), { inputs: inputs as never });
    expect(execution.waitingFor).toEqual(expected);
    expect(effects.filter(({ kind }) => kind === 'ask')).toHaveLength(expected.length);
  });

  it.each([
    ['by email', ['bo@example.com'], bo, true],
    ['by handle', ['@bo'], bo, true],
    ['by user group', ['@finance'], person('bo', { handles: ['bo', 'finance'] }), true],
    ['by channel', ['#triage'], person('bo', { channels: ['C0TRI', '#triage'] }), true],
    ['not when the name merely begins alike', ['@b'], bo, false],
    ['not when the email merely ends alike', ['x-bo@example.com'], bo, false],
  ])('entitle a person %s', (_name, assignees, who, isEntitled) => {
    const workflow = definition([human('ok', { assignees })]);
    const { execution } = started(workflow);
    const decide = () =>
      transition(workflow, execution, choose('approved', who)(execution), minutesAfterStart(1));
    if (isEntitled) expect(decide().execution.status).toBe('COMPLETED');
    else expect(refusalOf(decide).kind).toBe('not-entitled');
  });
});

it('starts at the time that is passed in', () => {
  expect(started(definition([])).execution.createdAt).toEqual(startTime);
});
