import { describe, expect, it } from 'vitest';
import type { StepInput } from '../../src/domain/definition.ts';
import type { RefusalReason } from '../../src/domain/refusal.ts';
import { definition, human, person, programKey, started, userMessage, wait } from '../support/builders.ts';
import {
  type MakeCommand,
  ana,
  approve,
  bo,
  chi,
  dee,
  effectKinds,
  eventData,
  fin,
  give,
  play,
  playLast,
  reassign,
  recipientsAsked,
  refusalOf,
} from '../support/step-commands.ts';

const asked = human('ok');
const group = human('ok', { assignees: ['U0BO', '@finance'] });
const twoOf = human('ok', { assignees: ['U0BO', 'U0CHI', 'U0DEE'], policy: { required: 2 } });

describe('a reassignment', () => {
  const rows: [string, StepInput, MakeCommand[], string[]][] = [
    ['by who is asked', asked, [reassign('U0CHI', bo)], ['U0CHI']],
    ['by who started the task', asked, [reassign('U0CHI', ana)], ['U0CHI']],
    ['by who may manage it', asked, [reassign('U0CHI', dee, { canManage: true })], ['U0CHI']],
    [
      'by a program that may manage it',
      asked,
      [reassign('U0CHI', programKey, { canManage: true })],
      ['U0CHI'],
    ],
    ['gives away one’s own entry', group, [reassign('U0CHI', bo)], ['@finance', 'U0CHI']],
    ['gives away one’s group', group, [reassign('U0CHI', fin)], ['U0BO', 'U0CHI']],
    [
      'gives away one’s own entry before one’s group',
      group,
      [reassign('U0CHI', person('bo', { handles: ['finance'] }))],
      ['@finance', 'U0CHI'],
    ],
    ['by the owner gives away all', group, [reassign('U0CHI', ana)], ['U0CHI']],
    [
      'by the owner gives away what they name',
      group,
      [reassign('U0CHI', ana, { from: '@finance' })],
      ['U0BO', 'U0CHI'],
    ],
    ['to several', asked, [reassign(['U0CHI', 'dee@example.com'], bo)], ['U0CHI', 'dee@example.com']],
    ['to somebody beside oneself', asked, [reassign(['U0BO', 'U0CHI'], bo)], ['U0BO', 'U0CHI']],
    ['to who is asked already leaves them', group, [reassign('@finance', bo)], ['@finance']],
    ['back again', asked, [reassign('U0CHI', bo), reassign('U0BO', chi)], ['U0BO']],
    ['of a message', userMessage('tell'), [reassign('U0BO', chi)], ['U0BO']],
  ];

  it.each(rows)('%s', (_name, step, commands, assignees) => {
    const { execution } = playLast(definition([step]), commands);
    expect(execution.stack[0]?.assignees).toEqual(assignees);
    expect(execution.waitingFor).toEqual(assignees);
    expect(execution.status).toBe('RUNNING');
  });

  const refused: [string, StepInput[], MakeCommand[], MakeCommand, Partial<RefusalReason>][] = [
    ['by somebody else', [asked], [], reassign('U0CHI', dee), { kind: 'may-not-reassign' }],
    [
      'by a program that may not manage it',
      [asked],
      [],
      reassign('U0CHI', programKey),
      { kind: 'may-not-reassign' },
    ],
    [
      'of another’s entry',
      [group],
      [],
      reassign('U0CHI', bo, { from: '@finance' }),
      { kind: 'may-not-reassign' },
    ],
    [
      'of who is not asked',
      [asked],
      [],
      reassign('U0CHI', ana, { from: 'U0DEE' }),
      { kind: 'wrong-command' },
    ],
    ['to nobody', [asked], [], reassign([], bo), { kind: 'wrong-command' }],
    ['to what names nobody', [asked], [], reassign('the boss', bo), { kind: 'wrong-command' }],
    ['to who is asked', [asked], [], reassign('U0BO', bo), { kind: 'wrong-command' }],
    ['of a wait', [wait('pause', { for: '2d' })], [], reassign('U0BO', ana), { kind: 'wrong-command' }],
    ['after the decision', [asked], [approve(bo)], reassign('U0CHI', ana), { kind: 'already-done' }],
    [
      'after a cancel',
      [asked],
      [() => ({ type: 'cancel', reason: null, by: ana })],
      reassign('U0CHI', bo),
      { kind: 'already-done' },
    ],
    [
      'to the starter, where the starter may not decide',
      [human('ok', { policy: { excludeStarter: true } })],
      [],
      reassign('<@U0ANA>', bo),
      { kind: 'excluded', rule: 'starter', recipient: 'U0ANA' },
    ],
    [
      'to who decided an earlier step, where they may not decide again',
      [human('one'), human('two', { assignees: ['U0CHI'], policy: { excludePrevious: true } })],
      [approve(bo)],
      reassign('U0BO', chi),
      { kind: 'excluded', rule: 'previous', recipient: 'U0BO' },
    ],
  ];

  it.each(refused)('is refused %s', (_name, steps, before, command, reason) => {
    const workflow = definition(steps);
    const execution = play(workflow, before);
    expect(refusalOf(() => give(workflow, execution, command))).toMatchObject(reason);
  });

  it('asks the new ones, and has the old asks say to whom it went', () => {
    const result = playLast(definition([asked]), [reassign('U0CHI', bo, { note: 'I am new here' })]);
    const by = { kind: 'person', userId: 'U0BO', name: 'bo' };
    expect(recipientsAsked(result)).toEqual(['U0CHI']);
    expect(effectKinds(result)).toEqual(['update-asks', 'ask', 'step-note', 'task-card']);
    expect(result.execution.stack[0]?.asks).toMatchObject([
      { recipient: 'U0BO', closed: { why: 'reassigned', to: ['U0CHI'], by, note: 'I am new here' } },
      { recipient: 'U0CHI', closed: null },
    ]);
    expect(result.events).toMatchObject([
      {
        type: 'WORKFLOW_STEP_EXECUTION_REASSIGNED',
        actor: by,
        data: {
          reason: 'reassigned',
          from: ['U0BO'],
          to: ['U0CHI'],
          asked: ['U0CHI'],
          note: 'I am new here',
        },
      },
    ]);
  });

  it('tells who comes too late to whom it went, by whom and when', () => {
    const workflow = definition([asked]);
    const execution = play(workflow, [reassign('U0CHI', ana)]);
    expect(refusalOf(() => give(workflow, execution, approve(bo)))).toMatchObject({
      kind: 'not-entitled',
      assignees: ['U0CHI'],
      lost: { why: 'reassigned', to: ['U0CHI'], by: { userId: 'U0ANA' } },
    });
    expect(refusalOf(() => give(workflow, execution, approve(dee)))).toEqual({
      kind: 'not-entitled',
      assignees: ['U0CHI'],
    });
  });

  it('drops the votes of those who may no longer decide, and says so', () => {
    const workflow = definition([twoOf]);
    const result = playLast(workflow, [approve(bo), reassign('U0EVE', bo)]);
    expect(result.execution.stack[0]?.votes).toEqual([]);
    expect(eventData(result, 'REASSIGNED')).toMatchObject([
      { droppedVotes: [{ actor: { userId: 'U0BO' }, outcome: 'approved' }] },
    ]);
    expect(give(workflow, result.execution, approve(chi)).execution.status).toBe('RUNNING');
  });

  it('keeps the votes of those who may still decide', () => {
    const workflow = definition([twoOf]);
    const result = playLast(workflow, [approve(bo), reassign('U0EVE', dee)]);
    expect(result.execution.stack[0]?.votes).toHaveLength(1);
    expect(give(workflow, result.execution, approve(chi)).execution.status).toBe('COMPLETED');
  });

  it('saves a step that nobody could decide', () => {
    const workflow = definition([human('ok', { assignees: ['U0ANA'], policy: { excludeStarter: true } })]);
    const result = playLast(workflow, [reassign('U0BO', ana)]);
    expect(result.execution.stack[0]).toMatchObject({ unanswerable: null, assignees: ['U0BO'] });
    expect(give(workflow, result.execution, approve(bo)).execution.status).toBe('COMPLETED');
  });

  it('that leaves too few is told to the owners', () => {
    const result = playLast(definition([twoOf]), [reassign('U0BO', ana)]);
    expect(result.execution.stack[0]?.unanswerable?.reason).toMatch(/needs 2 people/);
    expect(effectKinds(result)).toContain('owner-note');
  });

  it('does not change what is decided on', () => {
    const workflow = definition([asked]);
    const { execution } = started(workflow);
    const after = give(workflow, execution, reassign('U0CHI', bo)).execution;
    expect(after.stack[0]?.decisionDigest).toBe(execution.stack[0]?.decisionDigest);
  });

  it('ends somewhere: a task is one document', () => {
    const workflow = definition([asked]);
    let { execution } = started(workflow);
    const again = () => {
      for (let times = 0; times < 250; times += 1) {
        const [to] = execution.waitingFor[0] === 'U0BO' ? ['U0CHI'] : ['U0BO'];
        execution = give(workflow, execution, reassign(to ?? '', ana)).execution;
      }
    };
    expect(refusalOf(again)).toMatchObject({ kind: 'wrong-command' });
    expect(execution.stack[0]?.asks.length).toBeLessThanOrEqual(200);
  });
});
