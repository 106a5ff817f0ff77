import { describe, expect, it } from 'vitest';
import type { PendingApproval } from '../../src/domain/agent-run.ts';
import type { StepInput } from '../../src/domain/definition.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import { deriveId } from '../../src/domain/ids.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { digestToolCall } from '../../src/domain/tool-server.ts';
import type { Transition } from '../../src/engine/draft.ts';
import { maxAsks } from '../../src/engine/steps/asks.ts';
import { transition } from '../../src/engine/transition.ts';
import { currentId, definition, person, startTime, started } from '../support/builders.ts';

const report = { entries: [], usage: { promptTokens: 1, completionTokens: 1 } };
const step: StepInput = {
  name: 'check',
  type: 'AGENT',
  agentId: deriveId('agent', 1),
  inputsTemplate: { task: 'Check it' },
  approvers: ['U0BO', 'U0CHI'],
};
const workflow = definition([step]);

function refund(args: JsonObject): PendingApproval {
  const ref = { server: 'crm', tool: 'refund' };
  return { callId: 'c', ...ref, arguments: args, digest: digestToolCall(ref, args) };
}

function wants(execution: ExecutionState, call: PendingApproval): Transition {
  const ids = { stepExecutionId: currentId(execution), token: 'one' };
  const claimed = transition(workflow, execution, { type: 'start-run', ...ids, leaseMs: 30_000 }, startTime);
  const end = { kind: 'needs-approval', agentName: 'Checker', calls: [call], report } as const;
  return transition(workflow, claimed.execution, { type: 'end-run', ...ids, end }, startTime);
}

function decide({ stack, ...rest }: ExecutionState, outcome: string, comment: string | null): Transition {
  const execution = { stack, ...rest };
  const digest = stack.at(-1)?.decisionDigest ?? null;
  const decision = { stepExecutionId: currentId(execution), outcome, comment, output: null, digest };
  return transition(workflow, execution, { type: 'decide', ...decision, by: person('bo') }, startTime);
}

describe('the calls of an agent that people are asked about', () => {
  it('stay with those who were asked, round after round, when they are decided and the next ones are asked about', () => {
    const first = wants(started(workflow).execution, refund({ amount: 1 }));
    const second = wants(decide(first.execution, 'approved', null).execution, refund({ amount: 2 }));
    const { execution } = decide(second.execution, 'rejected', 'too much');
    const asks = execution.stack[0]?.asks ?? [];
    expect(asks.map(({ recipient }) => recipient)).toEqual(['U0BO', 'U0CHI', 'U0BO', 'U0CHI']);
    expect(asks.map(({ about }) => /"amount": (\d)/.exec(about ?? '')?.[1])).toEqual(['1', '1', '2', '2']);
    expect(asks.map(({ closed }) => closed?.note)).toEqual([
      'Allow',
      'Allow',
      'Refuse: too much',
      'Refuse: too much',
    ]);
  });

  it('are told in the thread once they are decided', () => {
    const waiting = wants(started(workflow).execution, refund({ amount: 1 }));
    const { effects } = decide(waiting.execution, 'approved', null);
    expect(effects).toContainEqual(expect.objectContaining({ kind: 'step-note', about: 'calls-decided' }));
  });

  it('come with a file for each who is asked when they are too long to be shown, and without one when not', () => {
    const files = (args: JsonObject): unknown[] =>
      wants(started(workflow).execution, refund(args)).effects.filter(({ kind }) => kind === 'run-file');
    expect(files({ amount: 1 })).toEqual([]);
    expect(files({ note: 'x'.repeat(20_000) })).toMatchObject([
      { stepIndex: 0, recipientIndex: 0 },
      { stepIndex: 0, recipientIndex: 1 },
    ]);
  });

  it('that nobody can be asked about any more are told to the owners, and can be passed on', () => {
    let execution = started(workflow).execution;
    for (let round = 1; round <= maxAsks / 2; round += 1) {
      execution = decide(wants(execution, refund({ round })).execution, 'approved', null).execution;
    }
    const { execution: last, effects } = wants(execution, refund({ round: 'last' }));
    expect(last.stack[0]).toMatchObject({ assignees: [], unanswerable: { reason: expect.any(String) } });
    expect(effects.map(({ kind }) => kind)).toContain('owner-note');
  });
});
