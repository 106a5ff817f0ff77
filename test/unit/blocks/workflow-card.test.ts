import { describe, expect, it } from 'vitest';
import { decodeStepAction } from '../../../blocks/authoring/authoring-ids.ts';
import type { Message } from '../../../blocks/message.ts';
import { workflowCard } from '../../../blocks/workflow-card.ts';
import type { Definition } from '../../../src/domain/definition.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import type { WorkflowStatus } from '../../../src/domain/workflow.ts';
import { definition, human, userMessage } from '../../support/builders.ts';
import {
  buttonLabels,
  expectNothingHostile,
  expectSlackAccepts,
  hostileText,
  shownText,
} from './slack-accepts.ts';
import { refund, workflowNamed } from './workflow-fixture.ts';

const editButtons = [
  'Add message',
  'Add decision',
  'Add another step',
  'Inputs',
  'Settings',
  'Export',
  'Check',
  'Starts by itself',
  'Listeners',
];

/** Everybody who sees a workflow may rehearse it. */
const rehearsalButtons = ['Rehearse', 'Try everything', 'Scenarios', 'What changed'];

/** The options of the steps' menus, from top to bottom. */
function menusOf({ blocks }: Message): { text: string; value: string | undefined }[][] {
  return blocks.flatMap((block) => {
    if (block.type !== 'section' || block.accessory?.type !== 'overflow') return [];
    return [block.accessory.options.map(({ text, value }) => ({ text: text.text, value }))];
  });
}

describe('the card of a workflow', () => {
  it('says in one line how its check has ended', () => {
    const workflow = workflowNamed('W', 'DRAFT');
    const finding: Finding = {
      rule: 'no-deadline',
      severity: 'warning',
      stepName: 'manager_ok',
      part: 'deadline',
      path: [],
      message: 'It has no deadline.',
      fix: 'Give it one.',
    };
    const shown = (findings?: Finding[]): string =>
      shownText(workflowCard({ workflow, definition: refund, ...(findings ? { findings } : {}) }).blocks);
    expect(shown([finding, finding])).toContain('⚠️ Check: 2 warnings');
    expect(shown([])).toContain('found nothing');
    expect(shown()).not.toContain('Check:');
  });

  it('shows state, inputs, and each step with who does it and where it leads', async () => {
    const card = workflowCard({
      workflow: workflowNamed('Refund', 'ACTIVE', 'Pays back.'),
      definition: refund,
    });
    const text = shownText(card.blocks);
    expect(text).toContain('🟢 Active  ·  Revision 3');
    expect(text).toContain('Pays back.');
    expect(text).toContain('*Asks for:* Amount, Note (optional)');
    expect(text).toContain('1. *Manager ok*  ·  ⚖️ Decision for @finance or `{{inputs.approver}}`');
    expect(text).toContain('Routes to: “Approve” → Tell customer; “Reject” → the end');
    expect(text).toContain('2. *Cool down*  ·  ⏱️ Wait for 2d');
    expect(text).toContain('3. *Tell customer*  ·  ✉️ Message for <@U0CHI>');
    await expectSlackAccepts(card);
  });

  it.each<[WorkflowStatus, Definition, string[], string]>([
    ['DRAFT', definition([]), editButtons, 'draft without steps'],
    ['DRAFT', definition([human('a')]), ['Activate', ...editButtons, ...rehearsalButtons], 'Activate it'],
    ['ACTIVE', definition([human('a')]), ['Start', 'Pause', ...editButtons, ...rehearsalButtons], 'Active'],
    [
      'PAUSED',
      definition([human('a')]),
      ['Activate', ...editButtons, ...rehearsalButtons],
      "This workflow is paused. Tasks already running keep going, but new ones won't start until you activate it.",
    ],
  ])('offers what can be done: %s', async (status, of, labels, words) => {
    const card = workflowCard({ workflow: workflowNamed('W', status), definition: of });
    expect(buttonLabels(card)).toEqual(labels);
    expect(shownText(card.blocks)).toContain(words);
    await expectSlackAccepts(card);
  });

  it('has only what may be done for somebody who may not change it', async () => {
    const of = definition([human('a'), human('b')]);
    const active = workflowCard({ workflow: workflowNamed('W'), definition: of, canEdit: false });
    expect(buttonLabels(active)).toEqual(['Start', ...rehearsalButtons]);
    expect(menusOf(active)).toEqual([]);
    await expectSlackAccepts(active);
    const paused = workflowCard({
      workflow: workflowNamed('W', 'PAUSED'),
      definition: of,
      canEdit: false,
      teamName: '<!channel> *team*',
    });
    expect(buttonLabels(paused)).toEqual(rehearsalButtons);
    expect(shownText(paused)).toContain('Owned by &lt;!channel&gt; *team*');
    await expectSlackAccepts(paused);
  });

  it('has a menu for each step with what makes sense there', () => {
    const of = definition([human('a'), human('b'), human('c')]);
    const menus = menusOf(workflowCard({ workflow: workflowNamed('W'), definition: of }));
    expect(menus.map((menu) => menu.map(({ text }) => text))).toEqual([
      ['Edit', 'Move down', 'Duplicate', 'Delete…'],
      ['Edit', 'Move up', 'Move down', 'Duplicate', 'Delete…'],
      ['Edit', 'Move up', 'Duplicate', 'Delete…'],
    ]);
    expect(menus.flat().map(({ value }) => decodeStepAction(value)?.verb)).not.toContain(undefined);
  });

  it('names a deadline that stops the task once, and not as a route that leads nowhere', () => {
    const of = definition([human('a', { deadline: { after: '2d', then: 'fail' } })]);
    const text = shownText(workflowCard({ workflow: workflowNamed('W'), definition: of }));
    expect(text).toContain('after 2 days the task stops');
    expect(text).not.toContain('“fail”');
  });

  it('shows 50 steps on pages, each step once', async () => {
    const steps = Array.from({ length: 50 }, (_, index) =>
      human(`step_${index}`, {
        assignees: ['@a', '@b', '@c'],
        inputsTemplate: { message: 'm'.repeat(2_000) },
      }),
    );
    const of = definition(steps);
    const seen: string[] = [];
    for (let page = 0; page < 10; page += 1) {
      const card = workflowCard({ workflow: workflowNamed('W'), definition: of, page });
      await expectSlackAccepts(card);
      const titles = shownText(card.blocks).match(/^\d+\. \*Step \d+\*/gm) ?? [];
      if (titles.every((title) => seen.includes(title))) break;
      seen.push(...titles);
      const labels = buttonLabels(card);
      expect(labels.includes('Later steps')).toBe(seen.length < 50);
      expect(labels.includes('Earlier steps')).toBe(page > 0);
    }
    expect(seen).toEqual(steps.map((_, index) => `${index + 1}. *Step ${index}*`));
  });

  it('says when people are reminded, and what happens when nobody answers', async () => {
    const times = human('a', {
      reminder: { every: '1d', max: 2 },
      deadline: { after: '2d', then: 'escalate', escalateTo: ['@lead'] },
    });
    const card = workflowCard({ workflow: workflowNamed('W'), definition: definition([times]) });
    expect(shownText(card)).toContain('⏰ Reminder: every 1 day, at most 2 times, in working hours');
    expect(shownText(card)).toContain('⌛ Deadline: after 2 days it escalates to @lead');
    await expectSlackAccepts(card);
  });

  it('opens on the page with the step that was changed', () => {
    const of = definition(Array.from({ length: 50 }, (_, index) => userMessage(`step_${index}`)));
    const stepId = of.steps[30]?.id ?? '';
    const text = shownText(workflowCard({ workflow: workflowNamed('W'), definition: of, stepId }));
    expect(text).toContain('31. *Step 30*');
    expect(text).toMatch(/Steps 25 to 36 of 50/);
  });

  it('says where each outcome leads, also by default', () => {
    const handoffs = [
      { condition: 'approved', to: 'complete' },
      { condition: 'default', to: 'b' },
    ];
    const of = definition([
      human('a', { handoffs }),
      userMessage('b', { handoffs: [{ condition: 'default', to: 'a' }] }),
    ]);
    const text = shownText(workflowCard({ workflow: workflowNamed('W'), definition: of }));
    expect(text).toContain('Routes to: “Approve” → the end; “Reject” → B');
    expect(text).toContain('Routes to: A');
  });

  it('points at a route that leads nowhere', () => {
    const of = definition([human('a', { handoffs: [{ condition: 'approved', to: 'gone' }] })]);
    expect(shownText(workflowCard({ workflow: workflowNamed('W'), definition: of }))).toContain(
      '“Approve” → ⚠️ a step that is not there; “Reject” → ⚠️ nowhere, the task stops',
    );
  });

  it.each([
    [undefined, '“Approve” → Say yes; “Reject” → the end', null],
    [
      [{ condition: 'default', to: 'say_yes' }],
      '“Approve” → Say yes; “Reject” → Say yes',
      'Choose its route.',
    ],
    [
      [
        { condition: 'rejected', to: 'say_yes' },
        { condition: 'default', to: 'say_yes' },
      ],
      '“Approve” → Say yes; “Reject” → Say yes',
      'Change its route if that is not meant.',
    ],
    [[{ condition: 'default', to: 'complete' }], '“Approve” → the end; “Reject” → the end', null],
    [
      [
        { condition: 'rejected', to: 'complete' },
        { condition: 'default', to: 'say_yes' },
      ],
      '“Approve” → Say yes; “Reject” → the end',
      null,
    ],
  ])('warns of a refusal that goes the way of an approval: %j', async (handoffs, routes, advice) => {
    const step = human('ok', handoffs === undefined ? {} : { handoffs });
    for (const more of [1, 20]) {
      const others = Array.from({ length: more - 1 }, (_, index) => userMessage(`more_${index}`));
      const card = workflowCard({
        workflow: workflowNamed('W'),
        definition: definition([step, userMessage('say_yes'), ...others]),
      });
      expect(shownText(card.blocks)).toContain(routes);
      const warning = `⚠️ “Reject” leads to the same step as “Approve”. ${advice ?? ''}`;
      if (advice === null) expect(shownText(card.blocks)).not.toContain('leads to the same step');
      else expect(shownText(card.blocks)).toContain(warning);
      await expectSlackAccepts(card);
    }
  });

  it('says where a deadline and the data lead', () => {
    const late = human('a', {
      deadline: { after: '1d', then: 'late' },
      handoffs: [
        { condition: 'late', to: 'b' },
        { condition: 'default', to: 'complete' },
      ],
    });
    const when = { type: 'object', required: ['amount'] };
    const byData = human('b', {
      handoffs: [
        { condition: 'large', when, to: 'a' },
        { condition: 'default', to: 'complete' },
      ],
    });
    const of = definition([late, byData]);
    const text = shownText(workflowCard({ workflow: workflowNamed('W'), definition: of }));
    expect(text).toContain('Routes to: “Approve” → the end; “Reject” → the end; “late” → B');
    expect(text).toContain('Routes to: “large” → A; otherwise → the end');
  });

  it('calls a step by its description, once, and tells steps with the same one apart', () => {
    const same = { description: 'A manager decides' };
    const of = definition([human('one_ok', same), human('two_ok', same)]);
    const text = shownText(workflowCard({ workflow: workflowNamed('W'), definition: of }).blocks);
    expect(text).toContain('1. *A manager decides*  ·');
    expect(text).not.toContain('> A manager decides');
    expect(text).toContain('“Approve” → A manager decides (two_ok)');
  });

  it.each(['&', 'long words '])('fits twelve steps where everything is long: %j', async (text) => {
    const long = (max: number): string => text.repeat(max).slice(0, max).trim();
    const labels = [1, 2, 3, 4, 5].map((count) => `${count}${long(74)}`);
    const steps = Array.from({ length: 12 }, (_, index) =>
      human(`s${index}`, {
        description: `${index} ${long(1_900)}`,
        assignees: Array.from({ length: 9 }, (__, other) => `{{inputs.x}} ${other} ${long(300)}`),
        inputsTemplate: { message: long(3_000) },
        outcomes: labels.map((label, place) => ({
          name: label,
          label,
          ...(place > 0 ? { style: 'danger' as const } : {}),
        })),
      }),
    );
    const workflow = workflowNamed(long(80), 'ACTIVE', long(2_000));
    await expectSlackAccepts(workflowCard({ workflow, definition: definition(steps) }));
  });

  it('takes any text', async () => {
    for (const count of [3, 12, 40]) {
      const steps = Array.from({ length: count }, (_, index) =>
        human(`s${index}`, {
          description: hostileText,
          assignees: [hostileText, `{{inputs.x}} ${hostileText}`],
          inputsTemplate: { message: hostileText },
          outcomes: [{ name: hostileText.slice(0, 70), label: hostileText.slice(0, 70) }],
        }),
      );
      const card = workflowCard({
        workflow: workflowNamed(hostileText, 'PAUSED', hostileText.repeat(50)),
        definition: definition(steps),
      });
      await expectSlackAccepts(card);
      expectNothingHostile(card);
    }
  });
});
