import { describe, expect, it } from 'vitest';
import { homeView } from '../../../blocks/home.ts';
import { ambiguousName, didYouMean, helpMessage, menuMessage, workflowList } from '../../../blocks/menu.ts';
import { taskStatus, taskStatusDetail } from '../../../blocks/task-status.ts';
import type { TaskView } from '../../../blocks/task-view.ts';
import { compareUrgency } from '../../../blocks/waiting-rows.ts';
import { workflowCard } from '../../../blocks/workflow-card.ts';
import type { Definition } from '../../../src/domain/definition.ts';
import { deriveId } from '../../../src/domain/ids.ts';
import type { Workflow, WorkflowStatus } from '../../../src/domain/workflow.ts';
import { transition } from '../../../src/engine/transition.ts';
import {
  currentId,
  definition,
  human,
  minutesAfterStart,
  person,
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
    [
      'DRAFT',
      definition([human('a')]),
      ['Change routes', 'Add message', 'Add decision', 'Activate'],
      'Activate it',
    ],
    [
      'ACTIVE',
      definition([human('a')]),
      ['Change routes', 'Start', 'Add message', 'Add decision', 'Pause'],
      'Active',
    ],
    [
      'PAUSED',
      definition([human('a')]),
      ['Change routes', 'Add message', 'Add decision', 'Activate'],
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

  it('lists what can be started, and opens each', async () => {
    const list = workflowList({ workflows: [workflowNamed('Refund'), workflowNamed('Draft one', 'DRAFT')] });
    expect(buttonLabels(list)).toEqual(['Start', 'Open', 'Open']);
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
    expect(shownText(workflowList({ workflows }))).toContain('These are the first 20 of 200.');
  });
});

describe('status', () => {
  it('shows the five latest tasks with what each waits for', async () => {
    const view: TaskView = { ...started(refund, { inputs: { approver: 'U0BO' } }), definition: refund };
    const status = taskStatus({ tasks: Array.from({ length: 7 }, () => view) });
    expect(buttonLabels(status)).toEqual(Array.from({ length: 5 }, () => 'Details'));
    expect(shownText(status)).toContain('⏳ Waiting for @finance or <@U0BO>');
    expect(shownText(status)).toContain('“Decide manager_ok?”');
    expect(shownText(status)).not.toContain('Completed');
    await expectSlackAccepts(status);
    await expectSlackAccepts(taskStatusDetail(view));
    await expectSlackAccepts(taskStatus({ tasks: [] }));
  });
});

describe('tasks that are over', () => {
  const question = { inputsTemplate: { message: 'Refund {{inputs.amount}}?\nIt broke.' } };
  const decided = definition([
    human('ok', { ...question, handoffs: [{ condition: 'default', to: 'tell' }] }),
    userMessage('tell'),
  ]);
  const silent = definition([wait('pause', { for: '1h' })], {
    type: 'object',
    properties: { pin: { type: 'string' }, city: { type: 'string', title: 'To <where>' } },
  });

  function refused(): TaskView {
    const { execution } = started(decided, { inputs: { amount: 420 } });
    const stepExecutionId = currentId(execution);
    const by = person('bo');
    const decision = { outcome: 'rejected', comment: 'no', output: null };
    const rejected = transition(
      decided,
      execution,
      { type: 'decide', stepExecutionId, by, ...decision },
      startTime,
    );
    const told = { type: 'complete', stepExecutionId: currentId(rejected.execution) } as const;
    const nothing = { outcome: null, comment: null, output: null, by: person('chi') };
    const done = transition(decided, rejected.execution, { ...told, ...nothing }, startTime);
    return { execution: done.execution, definition: decided };
  }

  it('are told apart by what was asked and what came of it', async () => {
    const view = refused();
    const status = taskStatus({ tasks: [view] });
    expect(view.execution.status).toBe('COMPLETED');
    expect(shownText(status)).toContain('“Refund 420?”\n❌ Completed: rejected by <@U0BO>');
    await expectSlackAccepts(status);
    const home = homeView({ needsYou: [], yours: [view], workflows: [] });
    expect(shownText(home)).toContain('“Refund 420?”\n❌ Completed: rejected by <@U0BO>');
    await expectSlackAcceptsView(home);
  });

  it('are told apart by what they were started with when nothing was asked', () => {
    const { execution } = started(silent, { inputs: { pin: '4711', city: '<!here> Oslo' } });
    const text = shownText(taskStatus({ tasks: [{ execution, definition: silent }] }).blocks);
    expect(text).toContain('Pin: ••••••, To &lt;where&gt;: &lt;!here&gt; Oslo');
    const home = homeView({ needsYou: [], yours: [{ execution, definition: silent }], workflows: [] });
    expect(shownText(home)).toContain('Pin: ••••••');
    expect(shownText(home)).not.toContain('4711');
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
      needsYou: [never, later, sooner].toSorted((one, other) =>
        compareUrgency(one.execution, other.execution),
      ),
      yours: [later],
      workflows: [workflowNamed('Refund')],
    });
    const text = shownText(view);
    const places = [
      'Needs your decision',
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
      'All workflows',
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
      yours: hundred(task),
      workflows: hundred(workflowNamed(hostileText, 'ACTIVE', hostileText)),
    });
    await expectSlackAcceptsView(view);
    expectNothingHostile(view);
  });
});
