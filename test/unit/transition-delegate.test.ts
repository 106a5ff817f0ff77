import { describe, expect, it } from 'vitest';
import type { StepInput } from '../../src/domain/definition.ts';
import { definition, human, programKey, started, userMessage } from '../support/builders.ts';
import {
  type MakeCommand,
  ana,
  approve,
  bo,
  chi,
  dee,
  delegate,
  effectKinds,
  eventData,
  fin,
  give,
  markDone,
  play,
  playLast,
  reassign,
  recipientsAsked,
  refusalOf,
  reportUnanswerable,
} from '../support/step-commands.ts';

const asked = human('ok');

describe('a delegate', () => {
  it('is asked instead, and the state says for whom', () => {
    const result = playLast(definition([asked]), [delegate('U0BO', 'U0CHI')]);
    expect(recipientsAsked(result)).toEqual(['U0CHI']);
    expect(result.execution.stack[0]).toMatchObject({
      assignees: ['U0CHI'],
      asks: [{ closed: { why: 'delegated', to: ['U0CHI'], by: { kind: 'system' } } }, { onBehalfOf: 'U0BO' }],
      delegations: [{ from: 'U0BO', to: 'U0CHI', reason: 'away' }],
    });
    expect(eventData(result, 'REASSIGNED')).toMatchObject([
      { reason: 'away', onBehalfOf: 'U0BO', asked: ['U0CHI'] },
    ]);
  });

  it('of a delegate stands in for the first', () => {
    const { execution } = playLast(definition([asked]), [
      delegate('U0BO', 'U0CHI'),
      delegate('U0CHI', 'U0DEE'),
    ]);
    expect(execution.stack[0]?.asks.at(-1)).toMatchObject({ recipient: 'U0DEE', onBehalfOf: 'U0BO' });
  });

  it('decides, and who was away is told who stands in', () => {
    const workflow = definition([asked]);
    const execution = play(workflow, [delegate('U0BO', 'U0CHI')]);
    expect(refusalOf(() => give(workflow, execution, approve(bo)))).toMatchObject({
      lost: { why: 'delegated', to: ['U0CHI'] },
    });
    expect(give(workflow, execution, approve(chi)).execution.status).toBe('COMPLETED');
  });

  it('can be taken off by who is back', () => {
    const { execution } = playLast(definition([asked]), [delegate('U0BO', 'U0CHI'), reassign('U0BO', bo)]);
    expect(execution.stack[0]?.assignees).toEqual(['U0BO']);
  });

  const excluded = human('ok', { assignees: ['U0BO', '@finance'], policy: { excludeStarter: true } });
  const obstacles: [string, StepInput, MakeCommand[], RegExp, string[]][] = [
    ['nobody stands in', asked, [delegate('U0BO', null)], /U0BO is away, and nobody stands in/, ['U0BO']],
    [
      'the delegate is excluded',
      excluded,
      [delegate('U0BO', 'U0ANA')],
      /U0ANA may not decide/,
      ['U0BO', '@finance'],
    ],
    [
      'the delegates lead in a circle',
      asked,
      [delegate('U0BO', 'U0CHI'), delegate('U0CHI', 'U0DEE'), delegate('U0DEE', 'U0BO')],
      /circle/,
      ['U0DEE'],
    ],
    ['they stand in for themselves', asked, [delegate('U0BO', 'U0BO')], /circle/, ['U0BO']],
  ];

  it.each(obstacles)('is missed, and the owners are told: %s', (_name, step, commands, reason, assignees) => {
    const workflow = definition([step]);
    const result = playLast(workflow, commands);
    expect(result.execution.stack[0]?.assignees).toEqual(assignees);
    expect(result.effects).toContainEqual(
      expect.objectContaining({ kind: 'owner-note', reason: expect.stringMatching(reason) }),
    );
    expect(eventData(result, 'ESCALATED')).toMatchObject([{ reason: 'no-delegate' }]);
    const last = commands.at(-1) ?? delegate('', null);
    expect(give(workflow, result.execution, last).execution).toBe(result.execution);
  });

  it.each<[string, StepInput, MakeCommand[]]>([
    ['the step is decided', asked, [approve(bo)]],
    ['the ask went to somebody else', asked, [reassign('U0DEE', bo)]],
  ])('is not asked when %s by then', (_name, step, before) => {
    const workflow = definition([step, userMessage('next')]);
    const execution = play(workflow, before);
    const { id = '' } = execution.stack[0] ?? {};
    const late: MakeCommand = () => ({
      type: 'delegate',
      stepExecutionId: id,
      from: 'U0BO',
      to: 'U0CHI',
      reason: 'away',
      by: null,
    });
    expect(give(workflow, execution, late).execution).toBe(execution);
  });

  it.each<[string, MakeCommand, string]>([
    ['somebody else', delegate('U0BO', 'U0CHI', dee), 'may-not-reassign'],
    ['a program', delegate('U0BO', 'U0CHI', programKey), 'may-not-reassign'],
    ['who is not asked', delegate('U0DEE', 'U0CHI', dee), 'wrong-command'],
    ['who names nobody', delegate('U0BO', 'somebody', bo), 'wrong-command'],
  ])('is not named by %s', (_name, command, kind) => {
    const workflow = definition([asked]);
    const { execution } = started(workflow);
    expect(refusalOf(() => give(workflow, execution, command)).kind).toBe(kind);
  });

  it('is named by the person themselves, who is told when that cannot be', () => {
    const workflow = definition([excluded]);
    const { execution } = started(workflow);
    expect(give(workflow, execution, delegate('U0BO', 'U0CHI', bo)).execution.stack[0]?.assignees).toEqual([
      '@finance',
      'U0CHI',
    ]);
    expect(refusalOf(() => give(workflow, execution, delegate('U0BO', 'U0ANA', bo)))).toMatchObject({
      kind: 'excluded',
    });
  });

  it('marks a message done as well', () => {
    const { execution } = playLast(definition([userMessage('tell')]), [
      delegate('U0CHI', 'U0DEE'),
      markDone(dee),
    ]);
    expect(execution.status).toBe('COMPLETED');
  });
});

describe('a report that nobody can answer', () => {
  const reason = 'Everybody in @finance is excluded.';
  const workflow = definition([human('ok', { assignees: ['@finance'] })]);

  it('is told to the owners once, and the step waits', () => {
    const result = playLast(workflow, [reportUnanswerable(reason)]);
    expect(result.execution.stack[0]).toMatchObject({ status: 'STARTED', unanswerable: { reason } });
    expect(effectKinds(result)).toEqual(['owner-note', 'task-card']);
    expect(eventData(result, 'ESCALATED')).toMatchObject([{ reason: 'unanswerable', detail: reason }]);
    expect(give(workflow, result.execution, reportUnanswerable(reason)).execution).toBe(result.execution);
  });

  it('is over once somebody else is asked', () => {
    const { execution } = playLast(workflow, [reportUnanswerable(reason), reassign('U0BO', ana)]);
    expect(execution.stack[0]?.unanswerable).toBeNull();
  });

  it('changes nothing when the step is decided by then', () => {
    const execution = play(workflow, [approve(fin)]);
    const late: MakeCommand = ({ stack }) => ({
      type: 'report-unanswerable',
      stepExecutionId: stack[0]?.id ?? '',
      reason,
      by: null,
    });
    expect(give(workflow, execution, late).execution).toBe(execution);
  });

  it('is refused to a caller who says it again', () => {
    const execution = play(workflow, [reportUnanswerable(reason, programKey)]);
    expect(refusalOf(() => give(workflow, execution, reportUnanswerable(reason, programKey))).kind).toBe(
      'wrong-command',
    );
  });
});
