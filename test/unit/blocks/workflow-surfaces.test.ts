import { describe, expect, it } from 'vitest';
import { homeView } from '../../../blocks/home.ts';
import {
  ambiguousName,
  didYouMean,
  helpMessage,
  menuMessage,
  whichWorkflow,
  workflowList,
} from '../../../blocks/menu.ts';
import { cannotStart } from '../../../blocks/start-notices.ts';
import { taskStatus, taskStatusDetail } from '../../../blocks/task-status.ts';
import type { TaskView } from '../../../blocks/task-view.ts';
import { compareUrgency } from '../../../blocks/waiting-rows.ts';
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
import { refund, workflowNamed } from './workflow-fixture.ts';

describe('menu, help and lists', () => {
  it('offers workflows that can be started, and the way to the rest', async () => {
    const menu = menuMessage({ workflows: [workflowNamed('Refund'), workflowNamed('Old', 'PAUSED')] });
    expect(buttonLabels(menu)).toEqual([
      'Start',
      'My tasks',
      'All workflows',
      'New workflow',
      'Draft one from words',
      'Help',
    ]);
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

  it('asks with which workflow to do what was typed without a name, or says that there is none', async () => {
    const asked = whichWorkflow({ verb: 'pause', workflows: [workflowNamed('Refund A')] });
    expect(shownText(asked)).toContain('Which workflow do you want to pause?');
    expect(buttonLabels(asked)).toEqual(['Refund A']);
    await expectSlackAccepts(asked);
    const none = whichWorkflow({ verb: 'activate', workflows: [] });
    expect(shownText(none)).toContain('There is no workflow that you could activate.');
    await expectSlackAccepts(none);
  });

  it('says who may activate what cannot be started, to whoever may not', async () => {
    const paused = cannotStart({
      workflow: workflowNamed('Refund', 'PAUSED'),
      hasSteps: true,
      mayActivate: false,
    });
    expect(shownText(paused)).toMatch(/until you activate it\. Only .+ and the admins can activate it\./);
    expect(buttonLabels(paused)).toEqual(['Open']);
    await expectSlackAccepts(paused);
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
