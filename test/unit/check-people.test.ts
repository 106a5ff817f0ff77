import { describe, expect, it } from 'vitest';
import { type Step, StepInput } from '../../src/domain/definition.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import { ValidationError } from '../../src/errors.ts';
import { checkDefinition } from '../../src/engine/workflows/check-definition.ts';
import { anyInputs, definition, human, userMessage, wait } from '../support/builders.ts';

const people = ['U0ANA', 'U0BO'];
const toPay = [
  { condition: 'approved', to: 'pay' },
  { condition: 'rejected', to: 'complete' },
];
const form: JsonSchema = { type: 'object', properties: { text: { type: 'string' } } };

/** Every place that is wrong in a workflow that begins with the step, and has a step "pay". */
function problems(step: StepInput): string[] {
  const { steps } = definition([StepInput.parse(step), userMessage('pay'), wait('pause', { for: '1d' })]);
  return pathsOf(steps);
}

function pathsOf(steps: Step[]): string[] {
  try {
    checkDefinition({ inputsSchema: anyInputs, steps });
    return [];
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return error.fields.map(({ path }) => path.replace('steps/0/', ''));
  }
}

describe('a workflow', () => {
  const rows: [string, StepInput, string[]][] = [
    ['may ask two of two', human('ok', { assignees: people, policy: { required: 2 } }), []],
    [
      'may not ask three of two',
      human('ok', { assignees: people, policy: { required: 3 } }),
      ['policy/required'],
    ],
    [
      'may not want more rejections than there are people',
      human('ok', { assignees: people, policy: { rejectionsRequired: 3 } }),
      ['policy/rejectionsRequired'],
    ],
    [
      'counts each person once',
      human('ok', { assignees: ['U0BO', '<@U0BO>', 'U0BO, U0BO'], policy: { required: 2 } }),
      ['policy/required'],
    ],
    ['may ask three of a group', human('ok', { assignees: ['@finance'], policy: { required: 3 } }), []],
    [
      'may ask three of whom an input names',
      human('ok', { assignees: ['{{inputs.who}}'], policy: { required: 3 } }),
      [],
    ],
    [
      'counts those whom it escalates to',
      human('ok', {
        assignees: people,
        policy: { required: 3 },
        deadline: { after: '2d', then: 'escalate', escalateTo: ['U0LEAD'] },
      }),
      [],
    ],
    [
      'may not approve by a timeout',
      human('ok', { deadline: { after: '2d', then: 'approved' }, handoffs: toPay }),
      ['deadline/confirm'],
    ],
    [
      'may approve by a timeout in these words',
      human('ok', {
        deadline: { after: '2d', then: 'approved', confirm: 'a timeout approves' },
        handoffs: toPay,
      }),
      [],
    ],
    [
      'may reject by a timeout',
      human('ok', { deadline: { after: '2d', then: 'rejected' }, handoffs: toPay }),
      [],
    ],
    [
      'may not lead a timeout to where an approval leads',
      human('ok', {
        deadline: { after: '2d', then: 'late' },
        handoffs: [...toPay, { condition: 'late', to: 'pay' }],
      }),
      ['deadline/confirm'],
    ],
    [
      'may not let a timeout fall through to where an approval leads',
      human('ok', {
        deadline: { after: '2d', then: 'default' },
        handoffs: [
          { condition: 'rejected', to: 'complete' },
          { condition: 'default', to: 'pay' },
        ],
      }),
      ['deadline/confirm'],
    ],
    [
      'may lead a timeout elsewhere',
      human('ok', {
        deadline: { after: '2d', then: 'late' },
        handoffs: [...toPay, { condition: 'late', to: 'pause' }],
      }),
      [],
    ],
    ['may fail at a deadline', human('ok', { deadline: { after: '2d', then: 'fail' }, handoffs: toPay }), []],
    ['may fail a message at a deadline', userMessage('ask', { deadline: { after: '2d', then: 'fail' } }), []],
    [
      'warns before the deadline, not before the step',
      human('ok', { deadline: { after: '2d', then: 'fail', warnBefore: '2d' } }),
      ['deadline/warnBefore'],
    ],
    [
      'may escalate to delegates',
      human('ok', { deadline: { after: '2d', then: 'escalate', escalateTo: ['@delegate'] } }),
      [],
    ],
    ['has no delegates before anybody is asked', human('ok', { assignees: ['@delegate'] }), ['assignees']],
    [
      'starts a form with fields that it has',
      human('ok', { outputSchema: form, prefill: { text: 'Dear' } }),
      [],
    ],
    [
      'starts no form with other fields',
      human('ok', { outputSchema: form, prefill: { txt: 'Dear' } }),
      ['prefill/txt'],
    ],
    [
      'fills forms by templates that are right',
      human('ok', { outputSchema: form, prefill: { text: '{{nothing.at.all}}' } }),
      ['prefill/text'],
    ],
  ];

  it.each(rows)('%s', (_name, step, expected) => {
    expect(problems(step)).toEqual(expected);
  });

  it('takes no other words for a timeout that approves', () => {
    const deadline = { after: '2d', then: 'approved', confirm: 'yes' };
    expect(StepInput.safeParse({ ...human('ok'), deadline }).success).toBe(false);
  });

  it('names no field that a prototype could read as something else', () => {
    const prefill = JSON.parse('{"constructor": "x"}') as object;
    expect(StepInput.safeParse({ ...human('ok'), prefill }).success).toBe(false);
  });
});
