import { describe, expect, it } from 'vitest';
import { homeView } from '../../../blocks/home.ts';
import { ambiguousName, didYouMean, helpMessage, menuMessage, workflowList } from '../../../blocks/menu.ts';
import { taskStatus, taskStatusDetail } from '../../../blocks/task-status.ts';
import type { TaskView } from '../../../blocks/task-view.ts';
import { workflowCard } from '../../../blocks/workflow-card.ts';
import type { Definition } from '../../../src/domain/definition.ts';
import { deriveId } from '../../../src/domain/ids.ts';
import type { Workflow, WorkflowStatus } from '../../../src/domain/workflow.ts';
import {
  definition,
  human,
  minutesAfterStart,
  started,
  startTime,
  userMessage,
  wait,
} from '../../support/builders.ts';
import {
  buttonLabels,
  expectNothingHostile,
  expectSlackAccepts,
  expectSlackAcceptsView,
  hostileText,
  shownText,
} from './slack-accepts.ts';

function workflowNamed(name: string, status: WorkflowStatus = 'ACTIVE', description = ''): Workflow {
  return {
    id: deriveId('workflow', name),
    orgId: 'o',
    teamId: null,
    name,
    slug: name.toLowerCase(),
    description,
    status,
    revision: 3,
    revisionId: deriveId('revision', name),
    inputsSchema: { type: 'object' },
    createdBy: { kind: 'person', userId: 'U0ANA', name: 'ana' },
    createdAt: startTime,
    updatedAt: startTime,
  };
}

const refund = definition(
  [
    human('manager_ok', {
      assignees: ['@finance', '{{inputs.approver}}'],
      handoffs: [
        { condition: 'approved', to: 'tell_customer' },
        { condition: 'rejected', to: 'complete' },
      ],
    }),
    wait('cool_down', { for: '2d' }),
    userMessage('tell_customer'),
  ],
  {
    type: 'object',
    properties: { amount: { type: 'number' }, note: { type: 'string' } },
    required: ['amount'],
  },
);

describe('the card of a workflow', () => {
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
    ['DRAFT', definition([]), ['Add message', 'Add decision'], 'draft without steps'],
    ['DRAFT', definition([human('a')]), ['Routes', 'Add message', 'Add decision', 'Activate'], 'Activate it'],
    [
      'ACTIVE',
      definition([human('a')]),
      ['Routes', 'Start', 'Add message', 'Add decision', 'Pause'],
      'Active',
    ],
    [
      'PAUSED',
      definition([human('a')]),
      ['Routes', 'Add message', 'Add decision', 'Activate'],
      "This workflow is paused. Tasks already running keep going, but new ones won't start until you activate it.",
    ],
  ])('offers what can be done: %s', async (status, of, labels, words) => {
    const card = workflowCard({ workflow: workflowNamed('W', status), definition: of });
    expect(buttonLabels(card)).toEqual(labels);
    expect(shownText(card.blocks)).toContain(words);
    await expectSlackAccepts(card);
  });

  it('shows 50 steps with one menu for their routes', async () => {
    const steps = Array.from({ length: 50 }, (_, index) =>
      human(`step_${index}`, {
        assignees: ['@a', '@b', '@c'],
        inputsTemplate: { message: 'm'.repeat(2_000) },
      }),
    );
    const card = workflowCard({ workflow: workflowNamed('W'), definition: definition(steps) });
    await expectSlackAccepts(card);
    const text = shownText(card.blocks);
    for (let index = 0; index < 50; index += 1) expect(text).toContain(`${index + 1}. *Step ${index}*`);
    expect(text).toContain('Choose where a step leads:');
  });

  it('says where a step leads otherwise', () => {
    const handoffs = [
      { condition: 'approved', to: 'complete' },
      { condition: 'default', to: 'b' },
    ];
    const of = definition([
      human('a', { handoffs }),
      userMessage('b', { handoffs: [{ condition: 'default', to: 'a' }] }),
    ]);
    const text = shownText(workflowCard({ workflow: workflowNamed('W'), definition: of }));
    expect(text).toContain('Routes to: “Approve” → the end; otherwise → B');
    expect(text).toContain('Routes to: A');
  });

  it('points at a route that leads nowhere', () => {
    const of = definition([human('a', { handoffs: [{ condition: 'approved', to: 'gone' }] })]);
    expect(shownText(workflowCard({ workflow: workflowNamed('W'), definition: of }))).toContain(
      '⚠️ a step that is not there',
    );
  });

  it('takes any text', async () => {
    for (const count of [3, 40]) {
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

describe('menu, help and lists', () => {
  it('offers workflows that can be started, and the way to the rest', async () => {
    const menu = menuMessage({ workflows: [workflowNamed('Refund'), workflowNamed('Old', 'PAUSED')] });
    expect(buttonLabels(menu)).toEqual(['Start', 'My tasks', 'All workflows', 'New workflow', 'Help']);
    await expectSlackAccepts(menu);
    await expectSlackAccepts(menuMessage({ workflows: [] }));
  });

  it('explains exactly the verbs that it was given, each with an example', async () => {
    const help = helpMessage({ verbs: ['start', 'list'] });
    expect(shownText(help)).toContain('/workflow start refund-approval');
    expect(shownText(help)).not.toContain('/workflow new');
    await expectSlackAccepts(help);
  });

  it('lists what can be started and what can only be opened', async () => {
    const list = workflowList({ workflows: [workflowNamed('Refund'), workflowNamed('Draft one', 'DRAFT')] });
    expect(buttonLabels(list)).toEqual(['Start', 'Open']);
    expect(shownText(list)).toContain('📝 Draft');
    await expectSlackAccepts(list);
    await expectSlackAccepts(workflowList({ workflows: [] }));
  });

  it('says what was probably meant', async () => {
    const verb = didYouMean({ typed: 'strat', suggestion: { kind: 'verb', verb: 'start' } });
    expect(verb.text).toContain('Did you mean /workflow start?');
    const named = didYouMean({
      typed: 'refnd',
      suggestion: { kind: 'workflow', workflow: workflowNamed('Refund') },
    });
    expect(named.text).toContain('Did you mean Refund?');
    expect(buttonLabels(named)).toEqual(['Start']);
    for (const message of [verb, named, didYouMean({ typed: hostileText, suggestion: null })]) {
      await expectSlackAccepts(message);
      expectNothingHostile(message);
    }
  });

  it('lets one click choose among names that begin alike', async () => {
    const workflows = [workflowNamed('Refund A'), workflowNamed('Refund B')];
    const message = ambiguousName({ verb: 'start', workflows });
    expect(buttonLabels(message)).toEqual(['Refund A', 'Refund B']);
    await expectSlackAccepts(message);
  });

  it('fits 200 workflows with long and hostile names', async () => {
    const workflows = Array.from({ length: 200 }, (_, index) =>
      workflowNamed(`${index} ${hostileText.repeat(5)}`, 'ACTIVE', hostileText.repeat(20)),
    );
    for (const message of [
      menuMessage({ workflows }),
      workflowList({ workflows }),
      ambiguousName({ verb: 'status', workflows }),
    ]) {
      await expectSlackAccepts(message);
      expectNothingHostile(message);
    }
    expect(shownText(workflowList({ workflows }))).toContain('These are the first 40 of 200.');
  });
});

describe('status', () => {
  it('shows the five latest tasks with what each waits for', async () => {
    const view: TaskView = { ...started(refund, { inputs: { approver: 'U0BO' } }), definition: refund };
    const status = taskStatus({ tasks: Array.from({ length: 7 }, () => view) });
    expect(buttonLabels(status)).toEqual(Array.from({ length: 5 }, () => 'Details'));
    expect(shownText(status)).toContain('⏳ Waiting for @finance or <@U0BO>');
    expect(shownText(status)).toContain('“Decide manager_ok?”');
    await expectSlackAccepts(status);
    await expectSlackAccepts(taskStatusDetail(view));
    await expectSlackAccepts(taskStatus({ tasks: [] }));
  });
});

describe('the Home tab', () => {
  it('has what waits for this person first, nearest deadline on top, with its buttons', async () => {
    const [later, sooner, never] = ['later', 'sooner', 'never'].map((name): TaskView => {
      const deadline =
        name === 'never' ? {} : { deadline: { after: name === 'sooner' ? '1h' : '2h', then: 'rejected' } };
      const of = definition([human(name, deadline)]);
      return { ...started(of), definition: of };
    });
    if (later === undefined || sooner === undefined || never === undefined) throw new Error('three tasks');
    const view = homeView({
      needsYou: [never, later, sooner],
      yours: [later.execution],
      workflows: [workflowNamed('Refund')],
    });
    const text = shownText(view);
    const places = [
      'Decide sooner?',
      'Decide later?',
      'Decide never?',
      'Your requests',
      'Start a workflow',
    ].map((words) => text.indexOf(words));
    expect(places).toEqual(places.toSorted((left, right) => left - right));
    expect(places[0]).toBeGreaterThan(-1);
    expect(text).toContain(`<!date^${minutesAfterStart(60).getTime() / 1000}^`);
    expect(buttonLabels(view)).toEqual([
      'Approve',
      'Reject',
      'Approve',
      'Reject',
      'Approve',
      'Reject',
      'Details',
      'Start',
      'New workflow',
    ]);
    await expectSlackAcceptsView(view);
  });

  it('says so when nothing waits', async () => {
    const view = homeView({ needsYou: [], yours: [], workflows: [] });
    expect(shownText(view)).toContain('Nothing waits for you.');
    await expectSlackAcceptsView(view);
  });

  it('fits a hundred of everything, with any text', async () => {
    const of = {
      ...definition([human('a', { inputsTemplate: { message: hostileText.repeat(20) } })]),
      name: hostileText.repeat(5),
    };
    const task: TaskView = { ...started(of), definition: of };
    const hundred = <T>(value: T): T[] => Array.from({ length: 100 }, () => value);
    const view = homeView({
      needsYou: hundred(task),
      yours: hundred(task.execution),
      workflows: hundred(workflowNamed(hostileText, 'ACTIVE', hostileText)),
    });
    await expectSlackAcceptsView(view);
    expectNothingHostile(view);
  });
});
