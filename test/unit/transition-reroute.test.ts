import { describe, expect, it } from 'vitest';
import type { StepInput } from '../../src/domain/definition.ts';
import type { ExecutionEvent } from '../../src/domain/event.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
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
  userMessage,
} from '../support/builders.ts';

const steps: StepInput[] = [
  userMessage('ask'),
  human('ok', { assignees: ['U0BO'] }),
  userMessage('tell', { inputsTemplate: { message: 'Total {{steps.ask.output.total}}' } }),
];
const workflow = definition(steps);

const complete = (execution: ExecutionState): ExecutionCommand => ({
  type: 'complete',
  stepExecutionId: currentId(execution),
  outcome: null,
  comment: null,
  output: null,
  by: person('chi'),
});
const approve = (execution: ExecutionState): ExecutionCommand => ({
  type: 'decide',
  stepExecutionId: currentId(execution),
  outcome: 'approved',
  comment: null,
  output: null,
  by: person('bo'),
});

function run(commands: ((execution: ExecutionState) => ExecutionCommand)[]): {
  execution: ExecutionState;
  events: ExecutionEvent[];
} {
  let { execution, events } = started(workflow, { inputs: { order: 7 } });
  for (const [index, command] of commands.entries()) {
    const result = transition(workflow, execution, command(execution), minutesAfterStart(index + 1));
    ({ execution, events } = result);
  }
  return { execution, events };
}
const reroute = (to: string) => (): ExecutionCommand => ({
  type: 'reroute',
  to,
  reason: 'as agreed',
  by: programKey,
});
const retry = (from: 'step' | 'start') => (): ExecutionCommand => ({ type: 'retry', from, by: programKey });

describe('a task that is sent elsewhere', () => {
  const rows: [
    string,
    ((execution: ExecutionState) => ExecutionCommand)[],
    { status: string; visits: [string, string][]; from: string; to: string },
  ][] = [
    [
      'out of a step that it waits at, back to an earlier one',
      [complete, reroute('ask')],
      {
        status: 'RUNNING',
        visits: [
          ['ask', 'COMPLETED'],
          ['ok', 'CANCELLED'],
          ['ask', 'STARTED'],
        ],
        from: 'ok',
        to: 'ask',
      },
    ],
    [
      'to its end',
      [complete, reroute('complete')],
      {
        status: 'COMPLETED',
        visits: [
          ['ask', 'COMPLETED'],
          ['ok', 'CANCELLED'],
        ],
        from: 'ok',
        to: 'complete',
      },
    ],
    [
      'out of a step at which it stopped',
      [complete, approve, reroute('ok')],
      {
        status: 'RUNNING',
        visits: [
          ['ask', 'COMPLETED'],
          ['ok', 'COMPLETED'],
          ['tell', 'FAILED'],
          ['ok', 'STARTED'],
        ],
        from: 'tell',
        to: 'ok',
      },
    ],
  ];

  it.each(rows)('%s', (_name, commands, { status, visits, from, to }) => {
    const { execution, events } = run(commands);
    expect(execution.status).toBe(status);
    expect(execution.failure).toBeNull();
    expect(execution.stack.map(({ stepName, status: visitStatus }) => [stepName, visitStatus])).toEqual(
      visits,
    );
    expect(events.find(({ type }) => type === 'WORKFLOW_EXECUTION_REROUTED')).toMatchObject({
      actor: { kind: 'key', keyId: 'admin' },
      data: { from, to, reason: 'as agreed' },
    });
  });
});

describe('a two-person rule', () => {
  const guarded = definition([
    human('ok', { assignees: ['U0BO'], policy: { excludeStarter: true } }),
    userMessage('pay'),
  ]);
  const send = (to: string, who: string): ((execution: ExecutionState) => ExecutionCommand) => {
    return () => ({ type: 'reroute', to, reason: null, by: person(who) });
  };
  const attempt = (commands: ((execution: ExecutionState) => ExecutionCommand)[]): ExecutionState => {
    let { execution } = started(guarded);
    for (const [index, command] of commands.entries())
      ({ execution } = transition(guarded, execution, command(execution), minutesAfterStart(index + 1)));
    return execution;
  };
  const reject = (execution: ExecutionState): ExecutionCommand => ({
    type: 'decide',
    stepExecutionId: currentId(execution),
    outcome: 'rejected',
    comment: 'no',
    output: null,
    by: person('bo'),
  });

  it.each(['pay', 'complete'])('is not passed by who started the task: to %s', (to) => {
    expect(() => attempt([send(to, 'ana')])).toThrow('must be decided by somebody else');
    expect(() => attempt([reject, send('pay', 'ana')])).toThrow();
  });

  it('lets them send the task right there, or anywhere once others have agreed', () => {
    expect(attempt([send('ok', 'ana')]).stack.at(-1)).toMatchObject({ stepName: 'ok', visit: 2 });
    expect(attempt([approve, send('complete', 'ana')]).status).toBe('COMPLETED');
    expect(attempt([send('pay', 'chi')]).stack.at(-1)?.stepName).toBe('pay');
  });
});

describe('a task that stopped and is retried', () => {
  it('from the start: visits the first step with the same inputs and nothing left of the others', () => {
    const { execution, events } = run([complete, approve, retry('start')]);
    expect(execution.status).toBe('RUNNING');
    expect(execution.stack.map(({ stepName, visit }) => [stepName, visit])).toEqual([
      ['ask', 1],
      ['ok', 1],
      ['tell', 1],
      ['ask', 2],
    ]);
    expect(execution.context.inputs).toEqual({ order: 7 });
    expect(Object.keys(execution.context.steps)).toEqual(['ask']);
    expect(events.map(({ type, data }) => [type, data['from']])).toContainEqual([
      'WORKFLOW_STEP_EXECUTION_RETRIED',
      'start',
    ]);
  });

  it('from the step: visits that step again, and what the others left stays', () => {
    const { execution } = run([complete, approve, retry('step')]);
    expect(execution.stack.map(({ stepName }) => stepName)).toEqual(['ask', 'ok', 'tell', 'tell']);
    expect(Object.keys(execution.context.steps)).toContain('ok');
  });
});
