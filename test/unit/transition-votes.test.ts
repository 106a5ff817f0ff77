import { describe, expect, it } from 'vitest';
import type { StepInput } from '../../src/domain/definition.ts';
import { countVotes } from '../../src/domain/votes.ts';
import { definition, human, person, programKey, started, userMessage } from '../support/builders.ts';
import {
  type MakeCommand,
  ana,
  approve,
  bo,
  chi,
  choose,
  dee,
  effectKinds,
  eventData,
  fin,
  give,
  markDone,
  play,
  playLast,
  refusalOf,
  reject,
} from '../support/step-commands.ts';

const three = ['U0BO', 'U0CHI', 'U0DEE'];
const twoOfThree = human('ok', { assignees: three, policy: { required: 2 } });
const twoRejections = human('ok', { assignees: three, policy: { required: 2, rejectionsRequired: 2 } });

describe('how many it takes', () => {
  const rows: [string, StepInput, MakeCommand[], string | null][] = [
    ['one of two approvals leaves it open', twoOfThree, [approve(bo)], null],
    ['two approvals approve', twoOfThree, [approve(bo), approve(chi)], 'approved'],
    ['one rejection rejects', twoOfThree, [approve(bo), reject(chi)], 'rejected'],
    ['one of two rejections leaves it open', twoRejections, [reject(bo)], null],
    ['two rejections reject', twoRejections, [reject(bo), reject(chi)], 'rejected'],
    ['a vote of each kind leaves it open', twoRejections, [reject(bo), approve(chi)], null],
    [
      'a changed vote counts as what it is now',
      twoRejections,
      [reject(bo), approve(chi), approve(bo)],
      'approved',
    ],
    ['a changed vote counts once', twoRejections, [reject(bo), approve(bo), reject(bo)], null],
    ['a new reason is no second vote', twoOfThree, [approve(bo), approve(bo, { comment: 'really' })], null],
  ];

  it.each(rows)('%s', (_name, step, commands, outcome) => {
    const execution = play(definition([step]), commands);
    expect(execution.stack[0]?.outcome ?? null).toBe(outcome);
    expect(execution.status).toBe(outcome === null ? 'RUNNING' : 'COMPLETED');
  });

  it('is counted for each outcome while the step is open', () => {
    const workflow = definition([twoRejections]);
    const [step] = workflow.steps;
    if (step?.type !== 'HUMAN') throw new Error('it is decided');
    const { votes = [] } = play(workflow, [reject(bo), approve(chi)]).stack[0] ?? {};
    expect(
      countVotes(step, votes).map(({ outcome, given, required }) => [outcome.name, given, required]),
    ).toEqual([
      ['approved', 1, 2],
      ['rejected', 1, 2],
    ]);
  });

  it('keeps the last vote of each, and the log says what was changed', () => {
    const { execution, events } = playLast(definition([twoRejections]), [reject(bo), approve(bo)]);
    expect(execution.stack[0]?.votes).toMatchObject([{ outcome: 'approved', recipients: ['U0BO'] }]);
    expect(events).toMatchObject([
      {
        type: 'WORKFLOW_STEP_EXECUTION_DECIDED',
        actor: { userId: 'U0BO' },
        data: { outcome: 'approved', votes: 1, required: 2, changedFrom: 'rejected' },
      },
    ]);
  });
});

describe('who must not decide', () => {
  const open = { assignees: ['U0ANA', 'U0BO', '@finance'] };
  const starter = human('ok', { ...open, policy: { excludeStarter: true } });
  const previous = [
    human('one', { assignees: ['@finance'] }),
    human('two', { ...open, policy: { excludePrevious: true } }),
  ];
  const rows: [string, StepInput[], MakeCommand[], MakeCommand, string | null][] = [
    ['the starter', [starter], [], approve(ana), 'starter'],
    ['the starter in a group', [starter], [], approve(person('ana', { handles: ['finance'] })), 'starter'],
    ['who decided before', previous, [approve(fin)], approve(fin), 'previous'],
    ['not somebody else', [starter], [], approve(bo), null],
    [
      'not somebody else of the group',
      previous,
      [approve(fin)],
      approve(person('gil', { handles: ['finance'] })),
      null,
    ],
  ];

  it.each(rows)('%s', (_name, steps, before, command, rule) => {
    const workflow = definition(steps);
    const execution = play(workflow, before);
    const decide = () => give(workflow, execution, command);
    if (rule === null) expect(decide().execution.status).toBe('COMPLETED');
    else expect(refusalOf(decide)).toEqual({ kind: 'excluded', rule });
  });

  it('is not asked, when the step names them', () => {
    const result = started(definition([starter]));
    const [step] = result.execution.stack;
    expect(step?.assignees).toEqual(['U0BO', '@finance']);
    expect(step?.asks[0]).toMatchObject({ recipient: 'U0ANA', closed: { why: 'excluded' } });
    expect(result.execution.waitingFor).toEqual(['U0BO', '@finance']);
    expect(eventData(result, 'STEP_EXECUTION_STARTED')).toMatchObject([{ excluded: ['U0ANA'] }]);
  });
});

describe('a step that nobody can decide', () => {
  const rows: [string, StepInput, RegExp | null][] = [
    [
      'only the starter is asked',
      human('ok', { assignees: ['U0ANA'], policy: { excludeStarter: true } }),
      /^Nobody is left/,
    ],
    [
      'too few are left beside the starter',
      human('ok', { assignees: ['U0ANA', 'U0BO'], policy: { required: 2, excludeStarter: true } }),
      /needs 2 people .* only one person may decide/,
    ],
    [
      'enough are left',
      human('ok', { assignees: ['U0ANA', 'U0BO'], policy: { excludeStarter: true } }),
      null,
    ],
    ['a group may have enough', human('ok', { assignees: ['@finance'], policy: { required: 5 } }), null],
  ];

  it.each(rows)('is told to the owners at once, and waits: %s', (_name, step, reason) => {
    const result = started(definition([step]));
    const [current] = result.execution.stack;
    expect(result.execution.status).toBe('RUNNING');
    expect(current?.status).toBe('STARTED');
    if (reason === null) {
      expect(current?.unanswerable).toBeNull();
      expect(effectKinds(result)).not.toContain('owner-note');
      return;
    }
    expect(current?.unanswerable?.reason).toMatch(reason);
    expect(result.effects).toContainEqual(expect.objectContaining({ kind: 'owner-note', stepIndex: 0 }));
    expect(eventData(result, 'ESCALATED')).toMatchObject([{ reason: 'unanswerable', to: [] }]);
  });
});

describe('marking a message done', () => {
  const rows: [string, StepInput, MakeCommand, boolean][] = [
    ['who received it may', userMessage('tell'), markDone(chi), true],
    ['somebody else may not', userMessage('tell'), markDone(dee), false],
    ['a program may', userMessage('tell'), markDone(programKey), true],
    [
      'anybody in the channel may',
      userMessage('tell', { assignee: '#ops' }),
      markDone(person('eve', { channels: ['#ops'] })),
      true,
    ],
    [
      'not the channel when the step names people',
      userMessage('tell', { assignee: '#ops', assignees: ['U0CHI'] }),
      markDone(person('eve', { channels: ['#ops'] })),
      false,
    ],
    [
      'whom it names beside the channel may',
      userMessage('tell', { assignee: '#ops', assignees: ['U0CHI'] }),
      markDone(chi),
      true,
    ],
  ];

  it.each(rows)('%s', (_name, step, command, may) => {
    const workflow = definition([step]);
    const { execution } = started(workflow);
    const complete = () => give(workflow, execution, command);
    if (may) expect(complete().execution.status).toBe('COMPLETED');
    else expect(refusalOf(complete).kind).toBe('not-entitled');
  });
});

it('decides nothing for a key, whatever it may do otherwise', () => {
  const workflow = definition([human('ok')]);
  const { execution } = started(workflow);
  expect(refusalOf(() => give(workflow, execution, choose('approved', programKey)))).toEqual({
    kind: 'person-required',
  });
});
