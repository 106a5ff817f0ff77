import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberModel } from '../../models/member.ts';
import type { Step } from '../../src/domain/definition.ts';
import { startBoardWithTools } from '../support/board/board-with-tools.ts';
import { type BoardAnswer, type BoardVisitor, signInAs } from '../support/board/board-visitor.ts';
import { readForm } from '../support/board/page-form.ts';
import { human, testOrgId } from '../support/builders.ts';
import type { HttpFixture } from '../support/http-fixture.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

const outputSchema = {
  type: 'object',
  properties: { risk: { enum: ['low', 'high'], type: 'string' }, amount: { type: 'number' } },
  required: ['risk'],
};

describe.skipIf(isMongoMissing())('making a workflow on the board without JSON', () => {
  let stop: () => Promise<void>;
  let board: HttpFixture;
  let visitor: BoardVisitor;
  let id: string;
  let path: string;

  beforeAll(async () => {
    ({ board, stop } = await startBoardWithTools());
    visitor = await signInAs(board, 'U0ANA');
    await memberModel(board.database).updateOne({ orgId: testOrgId, userId: 'U0ANA' }, { role: 'owner' });
    const steps = [human('review', { outputSchema }), human('pay')];
    id = (await board.createWorkflow(steps as never)).id;
    path = `/board/workflows/${id}`;
  });
  afterAll(() => stop());

  async function stepNamed(name: string): Promise<Step> {
    const { definition } = await board.workflows.get(testOrgId, id);
    const step = definition.steps.find((one) => one.name === name);
    if (step === undefined) throw new Error(`there is no step ${name}`);
    return step;
  }
  const pageOf = async (name: string): Promise<string> => `${path}/steps/${(await stepNamed(name)).id}`;
  const follow = async ({ headers }: BoardAnswer): Promise<BoardAnswer> =>
    visitor.get(headers.get('location')?.split('#')[0] ?? '');

  it('builds a condition from field, comparison and value, and says at the row what is missing', async () => {
    const page = await pageOf('review');
    expect((await visitor.get(page)).text).toContain('Add a condition');
    const form = readForm(await visitor.get(`${page}/conditions/new`));
    expect([...form.optionsOf('Field 1').values()]).toEqual(['Choose …', 'risk', 'amount']);
    const rows = {
      Name: 'High risk',
      'Field 1': 'amount',
      'Comparison 1': 'is at least',
      'Then go to': 'Pay',
    };
    const refused = await form.send(visitor, { ...rows, 'Value 1': 'much' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Must be a number, such as 42.');
    // What was typed is still there.
    const saved = await readForm(refused).send(visitor, { 'Value 1': '500' });
    expect(saved.status).toBe(303);
    expect((await stepNamed('review')).handoffs).toContainEqual({
      condition: 'High risk',
      when: {
        type: 'object',
        properties: { amount: { type: 'number', minimum: 500 } },
        required: ['amount'],
      },
      to: 'pay',
    });
    expect((await follow(saved)).text).toContain('“High risk”: amount is at least 500');
  });

  it('changes a condition, writes it as JSON for who wants to, and removes it', async () => {
    const page = await pageOf('review');
    const handoffs = (await stepNamed('review')).handoffs ?? [];
    const index = handoffs.findIndex(({ condition }) => condition === 'High risk');
    const asJson = await visitor.get(`${page}/conditions/${index}?as=json`);
    const when = { properties: { amount: { multipleOf: 2 } } };
    await readForm(asJson).send(visitor, { 'Condition as a JSON Schema': JSON.stringify(when) });
    expect((await stepNamed('review')).handoffs?.[index]).toMatchObject({ condition: 'High risk', when });
    const form = readForm(await visitor.get(`${page}/conditions/${index}`));
    await form.send(visitor, { 'Keep this condition?': 'Remove it' });
    expect((await stepNamed('review')).handoffs ?? []).not.toContainEqual(
      expect.objectContaining({ condition: 'High risk' }),
    );
    expect((await visitor.get(`${page}/conditions/7`)).status).toBe(404);
  });

  it('makes the fields of a step and of the workflow, so that conditions have something to look at', async () => {
    const page = await pageOf('pay');
    const empty = await visitor.get(`${page}/fields/new`);
    // As long as in Slack, and no longer: what is longer would not be shown again.
    expect(empty.text).toMatch(/<input [^>]*field_description[^>]* maxlength="1000"/);
    expect(empty.text).toMatch(/<textarea [^>]*field_choices[^>]* maxlength="3000"/);
    const form = readForm(empty);
    expect((await form.send(visitor, { Label: '' })).text).toContain('Please give it a label.');
    await form.send(visitor, { Label: 'Reference', Type: 'Number' });
    expect((await stepNamed('pay')).outputSchema).toMatchObject({
      properties: { reference: { type: 'number' } },
    });
    expect((await visitor.get(`${page}/fields`)).text).toContain('steps.pay.output.reference');
    const inputs = readForm(await visitor.get(`${path}/inputs/new`));
    await inputs.send(visitor, { Label: 'Customer' });
    const { definition } = await board.workflows.get(testOrgId, id);
    expect(definition.inputsSchema).toMatchObject({ properties: { customer: { type: 'string' } } });
    expect((await visitor.get(`${path}/edit`)).text).toContain('inputs.customer');
  });

  it('adds a tool from the list, and asks for its arguments by its own schema', async () => {
    const first = readForm(await visitor.get(`${path}/add/TOOL`));
    const asked = await first.send(visitor, { Step: 'Add up', Tool: 'everything: get-sum' });
    expect(asked.status).toBe(200);
    const refused = await readForm(asked).send(visitor, { A: 'many', B: '2' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Must be a number');
    const saved = await readForm(refused).send(visitor, { A: '{{inputs.customer}}' });
    expect(saved.status).toBe(303);
    expect(await stepNamed('add_up')).toMatchObject({
      type: 'TOOL',
      toolServer: 'everything',
      tool: 'get-sum',
      inputsTemplate: { arguments: { a: '{{inputs.customer}}', b: 2 } },
    });
  });

  it('adds what no tool does as soon as its form is filled in', async () => {
    const wait = readForm(await visitor.get(`${path}/add/WAIT`));
    const added = await wait.send(visitor, {
      Step: 'Cool off',
      'How long, until when, or for which signal?': '1d',
    });
    expect(added.status).toBe(303);
    expect(await stepNamed('cool_off')).toMatchObject({ type: 'WAIT', for: '1d' });
  });

  it('takes another tool together with the arguments of that one, or not at all', async () => {
    const page = await pageOf('add_up');
    const form = readForm(await visitor.get(page), 'id="part-tool"');
    const asked = await form.send(visitor, { Tool: 'everything: echo' });
    expect(await stepNamed('add_up')).toMatchObject({ tool: 'get-sum' });
    const saved = await readForm(asked).send(visitor, { Message: 'Hello' });
    expect(saved.status).toBe(303);
    expect(await stepNamed('add_up')).toMatchObject({
      tool: 'echo',
      inputsTemplate: { arguments: { message: 'Hello' } },
    });
  });

  it('lists what the check finds, the worst first, marks it in the graph, and leads to the form that mends it', async () => {
    const steps = [
      human('decide', { handoffs: [{ condition: 'approved', to: 'complete' }] }),
      human('second', {
        handoffs: [
          { condition: 'default', to: 'complete' },
          { condition: 'approved', to: 'decide' },
        ],
      }),
    ];
    const { id: wrong } = await board.createWorkflow(steps);
    const { text } = await visitor.get(`/board/workflows/${wrong}/edit`);
    const list = text.slice(text.indexOf('id="check"'), text.indexOf('class="graph panel"'));
    const found = [...list.matchAll(/finding-(error|warning)/g)].map(([, severity]) => severity);
    expect(found.join(' ')).toMatch(/^(error ?)+(warning ?)+$/);
    expect(list).toContain('When &quot;rejected&quot; is chosen, no handoff of “Decide” matches');
    expect(text).toMatch(/graph-box graph-human graph-box-error/);
    const { definition } = await board.workflows.get(testOrgId, wrong);
    const mend = `/board/workflows/${wrong}/steps/${definition.steps[0]?.id}?open=routes`;
    expect(list).toContain(`href="${mend}#part-routes"`);
    const page = (await visitor.get(mend)).text;
    expect(page).toMatch(/id="part-routes" open/);
    // Whoever saves a part reads what the check says of the step.
    expect(page).toContain('no handoff of “Decide” matches');
    expect(page).not.toContain('“Second” can never');
  });

  it('marks the arrow of a condition that can never be met', async () => {
    const schema = {
      type: 'object',
      properties: { amount: { type: 'number', maximum: 10 } },
      required: ['amount'],
    };
    const when = { properties: { amount: { minimum: 500 } } };
    const steps = [
      human('review', {
        outputSchema: schema,
        handoffs: [
          { condition: 'High', when, to: 'pay' },
          { condition: 'default', to: 'complete' },
        ],
      }),
      human('pay'),
    ];
    const { id: wrong } = await board.createWorkflow(steps);
    const { text } = await visitor.get(`/board/workflows/${wrong}/edit`);
    expect(text).toMatch(/graph-arrow graph-arrow-\w+/);
    expect(text).toMatch(/graph-label-\w+"[^>]*>⚠ High</);
  });

  it('says on the page why a workflow is not activated', async () => {
    const steps = [human('decide', { handoffs: [{ condition: 'approved', to: 'complete' }] })];
    const { id: wrong } = await board.createWorkflow(steps);
    const page = `/board/workflows/${wrong}`;
    await visitor.post(`${page}/status`, { status: 'PAUSED' });
    const refused = await visitor.post(`${page}/status`, { status: 'ACTIVE' });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('It was not activated. An error would stop its tasks: mend these first.');
    expect(refused.text).toContain('no handoff of “Decide” matches');
  });

  it('makes a workflow from nothing, and starts it', async () => {
    const form = readForm(await visitor.get('/board/new-workflow'));
    const refused = await form.send(visitor, { Name: '!' });
    expect(refused.text).toContain('Must have at least one letter or digit.');
    const again = readForm(refused);
    const made = await again.send(visitor, { Name: 'Travel request' });
    // The same form makes one workflow, however often it is sent.
    const twice = await again.send(visitor, { Name: 'Travel request' });
    expect(twice.headers.get('location')).toBe(made.headers.get('location'));
    const page = (made.headers.get('location') ?? '').replace('/edit', '');
    expect((await visitor.get(`${page}/edit`)).text).toContain('This workflow is a draft without steps.');
    await readForm(await visitor.get(`${page}/inputs/new`)).send(visitor, { Label: 'Where to' });
    const step = readForm(await visitor.get(`${page}/add/HUMAN`));
    const added = await step.send(visitor, {
      Step: 'Manager approval',
      'What is to be decided?': 'May they go to {{inputs.where_to}}?',
    });
    expect(added.status).toBe(303);
    const settings = readForm(await visitor.get(`${page}/settings`));
    expect((await settings.send(visitor, { Name: '' })).text).toContain('Please give it a name.');
    await settings.send(visitor, { Name: 'Travel', Description: 'Who may go where.' });
    expect((await visitor.get(`${page}/edit`)).text).toMatch(/<h1>Travel<\/h1>.*Who may go where\./s);
    const activate = { status: 'ACTIVE' };
    expect((await visitor.post(`${page}/status`, activate)).headers.get('location')).toBe(`${page}/edit`);
    const task = await readForm(await visitor.get(`${page}/new-task`)).send(visitor, {
      'Where to': 'Lisbon',
    });
    expect(task.status).toBe(303);
    expect((await visitor.get(page)).text).toContain('May they go to Lisbon?');
  });

  it('refuses all of it to whoever may not change the workflow', async () => {
    const other = await signInAs(board, 'U0BO');
    const page = await pageOf('review');
    for (const address of [
      `${page}/conditions/new`,
      `${page}/fields`,
      `${path}/inputs/new`,
      `${path}/settings`,
    ]) {
      expect((await other.get(address)).status, address).toBe(403);
    }
    expect((await other.post(`${page}/conditions/new`, {})).status).toBe(403);
    expect((await other.post(`${path}/inputs/new`, {})).status).toBe(403);
  });
});
