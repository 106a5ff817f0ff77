import { memberModel } from '../../../models/member.ts';
import type { HttpFixture } from '../http-fixture.ts';
import { request } from '../http-fixture.ts';
import { testOrgId } from '../builders.ts';

/** An org as it looks after a week of work: three workflows, and some 200 tasks in every state. */
export interface Showcase {
  workflows: { refund: string; contract: string; onboarding: string };
  /** A task that waits for Ana, with decisions behind it. */
  taskForAna: string;
  /** A task that has stopped. */
  stopped: string;
  /** A trigger of the refunds. */
  trigger: string;
}

const minuteMs = 60_000;
const people = [
  ['U0ANA', 'Ana Ruiz'],
  ['U0BO', 'Bo Chen'],
  ['U0CHI', 'Chi Okafor'],
  ['U0DAN', 'Dan Weiss'],
] as const;
const customers = [
  'Northwind Traders',
  'Contoso',
  'Fabrikam',
  'Globex',
  'Initech',
  'Umbrella Retail',
  'Hooli',
  'Stark Logistics',
  'Wayne Foods',
  'Acme',
];
const reasons = [
  'Arrived broken',
  'Charged twice',
  'Never arrived',
  'Cancelled within the fourteen days that the terms allow',
  'Wrong size',
];

const refund = {
  name: 'Refund approval',
  description: 'A manager decides about each refund; finance pays it out.',
  inputsSchema: {
    type: 'object',
    properties: {
      customer: { type: 'string', title: 'Customer' },
      amount: { type: 'number', title: 'Amount' },
      reason: { type: 'string', title: 'Reason' },
    },
    required: ['customer', 'amount'],
  },
  steps: [
    {
      name: 'collect',
      description: 'Collect the receipts',
      type: 'USER_MESSAGE',
      assignee: 'U0CHI',
      inputsTemplate: { message: 'Collect the receipts of {{inputs.customer}}.' },
    },
    {
      name: 'decide',
      description: 'Manager’s decision',
      type: 'HUMAN',
      assignees: ['U0ANA', 'U0BO'],
      policy: { required: 1, excludeStarter: true, excludePrevious: false },
      inputsTemplate: {
        message: 'Refund {{inputs.amount}} to {{inputs.customer}}?\nReason: {{inputs.reason}}',
      },
      outcomes: [
        { name: 'approved', label: 'Refund it', style: 'primary' },
        { name: 'rejected', label: 'Don’t', style: 'danger', requireComment: true },
      ],
      reminder: { every: '1d', max: 3, workingHours: true },
      deadline: { after: '2d', then: 'escalate', escalateTo: ['U0DAN'] },
      handoffs: [
        { condition: 'approved', to: 'pay' },
        { condition: 'rejected', to: 'tell' },
      ],
    },
    {
      name: 'pay',
      description: 'Pay it out',
      type: 'USER_MESSAGE',
      assignee: 'U0DAN',
      inputsTemplate: { message: 'Pay {{inputs.amount}} to {{inputs.customer}}.' },
    },
    {
      name: 'tell',
      description: 'Tell the customer',
      type: 'USER_MESSAGE',
      assignee: 'U0CHI',
      inputsTemplate: { message: 'Tell {{inputs.customer}} what was decided.' },
    },
  ],
} as const;

const contract = {
  name: 'Contract review',
  description: 'The terms are found, risks are read by a lawyer, and the account team signs.',
  inputsSchema: {
    type: 'object',
    properties: {
      counterparty: { type: 'string', title: 'Counterparty' },
      text: { type: 'string', title: 'Text' },
    },
    required: ['counterparty'],
  },
  steps: [
    {
      name: 'first_look',
      description: 'First look',
      type: 'HUMAN',
      assignees: ['U0ANA'],
      inputsTemplate: { message: 'How risky is the contract with {{inputs.counterparty}}?' },
      outputSchema: {
        type: 'object',
        properties: {
          risk: { type: 'string', enum: ['low', 'medium', 'high'], title: 'Risk' },
          value: { type: 'number', title: 'Value' },
        },
        required: ['risk', 'value'],
      },
      outcomes: [{ name: 'approved', label: 'Send on', style: 'primary' }],
      handoffs: [
        { condition: 'High risk', when: { properties: { risk: { const: 'high' } } }, to: 'legal' },
        { condition: 'Large', when: { properties: { value: { minimum: 100_000 } } }, to: 'legal' },
        { condition: 'Low risk', when: { properties: { risk: { const: 'low' } } }, to: 'sign' },
      ],
    },
    {
      name: 'legal',
      description: 'Legal reads the clauses that are out of the ordinary',
      type: 'HUMAN',
      assignees: ['U0BO', 'U0DAN'],
      policy: { required: 2, excludeStarter: true, excludePrevious: true },
      inputsTemplate: { message: 'May we sign this with {{inputs.counterparty}}?' },
      deadline: { after: '3d', then: 'rejected' },
      handoffs: [
        { condition: 'approved', to: 'sign' },
        { condition: 'rejected', to: 'complete' },
      ],
    },
    {
      name: 'cool_off',
      description: 'Let it rest for a day',
      type: 'WAIT',
      for: '1d',
      handoffs: [{ condition: 'default', to: 'sign' }],
    },
    {
      name: 'sign',
      description: 'Sign it',
      type: 'USER_MESSAGE',
      assignee: 'U0CHI',
      inputsTemplate: { message: 'Please sign with {{inputs.counterparty}}.' },
    },
  ],
} as const;

const onboarding = {
  name: 'Onboarding a colleague',
  description: '',
  inputsSchema: {
    type: 'object',
    properties: { colleague: { type: 'string', title: 'New colleague' } },
    required: ['colleague'],
  },
  steps: [
    {
      name: 'laptop',
      description: 'Order the laptop',
      type: 'USER_MESSAGE',
      assignee: 'U0DAN',
      inputsTemplate: { message: 'Order a laptop for {{inputs.colleague}}.' },
    },
    { name: 'arrives', description: 'Until the first day', type: 'WAIT', for: '3d' },
    {
      name: 'welcome',
      description: 'Welcome',
      type: 'USER_MESSAGE',
      assignee: 'U0ANA',
      inputsTemplate: { message: 'Welcome {{inputs.colleague}}.' },
    },
    {
      name: 'first_month',
      description: 'After the first month',
      type: 'HUMAN',
      assignees: ['U0BO'],
      inputsTemplate: { message: 'Does {{inputs.colleague}} stay?' },
    },
  ],
} as const;

/** Makes it all through the API, with the people's own keys. The clock ends at this moment. */
export async function makeShowcase(fixture: HttpFixture): Promise<Showcase> {
  const { clock, url, org } = fixture;
  const now = Date.now();
  clock.set(new Date(now - 6 * 24 * 60 * minuteMs));
  const keys = new Map<string, string>();
  for (const [userId, name] of people) {
    await org.members.see(testOrgId, userId, name);
    const access = { orgId: testOrgId, userId, role: 'member', teamIds: [], handler: null } as const;
    const by = { access, actor: { kind: 'system' } } as const;
    const { bearer } = await org.apiKeys.create(by, testOrgId, {
      name: 'Showcase',
      owner: { kind: 'user', userId },
      expiresAt: null,
    });
    keys.set(userId, bearer);
  }
  await memberModel(fixture.database).updateOne({ orgId: testOrgId, userId: 'U0ANA' }, { role: 'owner' });

  async function post<T = { id: string }>(userId: string, path: string, body: unknown): Promise<T> {
    const authorization = `Bearer ${keys.get(userId) ?? ''}`;
    const answer = await request<T>(`${url}/api${path}`, 'POST', { body, headers: { authorization } });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }
  const done = (userId: string, id: string, body: object): Promise<unknown> =>
    post(userId, `/workflows/executions/${id}/complete-step`, body);
  const make = async (body: object): Promise<string> =>
    (await post('U0ANA', `/orgs/${testOrgId}/workflows`, body)).id;

  const workflows = {
    refund: await make(refund),
    contract: await make(contract),
    onboarding: await make(onboarding),
  };
  const pick = <T>(all: readonly T[], index: number): T => all[index % all.length] as T;

  async function runRefund(index: number): Promise<string> {
    const inputs = {
      customer: pick(customers, index),
      amount: 20 + ((index * 37) % 900),
      reason: pick(reasons, index),
    };
    const starter = pick(['U0CHI', 'U0DAN'], index);
    const { id } = await post(starter, `/workflows/${workflows.refund}/executions`, { inputs });
    const stage = index % 8;
    if (stage > 1) await done('U0CHI', id, { stepName: 'collect' });
    if (stage > 4) {
      const isRefused = index % 3 === 0;
      await done(pick(['U0ANA', 'U0BO'], index), id, {
        stepName: 'decide',
        outcome: isRefused ? 'rejected' : 'approved',
        ...(isRefused ? { comment: 'It was never paid for, so there is nothing to give back.' } : {}),
      });
      if (!isRefused && stage > 5) await done('U0DAN', id, { stepName: 'pay' });
      if (stage > 6 && (isRefused || index % 2 === 0)) await done('U0CHI', id, { stepName: 'tell' });
    }
    if (index % 31 === 5)
      await post('U0ANA', `/workflows/executions/${id}/cancel`, { reason: 'It was entered twice.' }).catch(
        () => null,
      );
    return id;
  }
  async function runContract(index: number): Promise<string> {
    const inputs = {
      counterparty: `${pick(customers, index * 3)}${index % 4 === 0 ? ' and its subsidiaries in all countries' : ''}`,
    };
    const { id } = await post('U0CHI', `/workflows/${workflows.contract}/executions`, { inputs });
    const stage = index % 5;
    if (stage === 0) return id;
    // The middle one fits none of the conditions: the task stops there.
    const risk = index % 9 === 4 ? 'medium' : pick(['high', 'low'], index);
    await done('U0ANA', id, {
      stepName: 'first_look',
      outcome: 'approved',
      output: { risk, value: 1_000 * (index % 60) },
    });
    if (risk === 'high' && stage > 2)
      await done('U0BO', id, { stepName: 'legal', outcome: 'approved', comment: 'Clause 7 is fine.' });
    if (risk === 'low' && stage > 3) await done('U0CHI', id, { stepName: 'sign' });
    return id;
  }
  async function runOnboarding(index: number): Promise<string> {
    const inputs = { colleague: pick(['Maya Lindqvist', 'Tom Abara', 'Ines Duarte', 'Yuki Mori'], index) };
    const { id } = await post('U0BO', `/workflows/${workflows.onboarding}/executions`, { inputs });
    if (index % 3 > 0) await done('U0DAN', id, { stepName: 'laptop' });
    return id;
  }

  let taskForAna = '';
  let stopped = '';
  for (let index = 0; index < 200; index += 1) {
    if (index % 10 < 6) {
      const id = await runRefund(Math.floor(index / 10) * 6 + (index % 10));
      if (index === 140) taskForAna = id;
    } else if (index % 10 < 9) {
      const id = await runContract(Math.floor(index / 10) * 3 + (index % 10) - 6);
      const { status } = (await fixture.engine.read(testOrgId, id)).state;
      if (status === 'FAILED') stopped = id;
    } else await runOnboarding(Math.floor(index / 10));
    clock.advance(43 * minuteMs);
    // Deadlines pass: what is overdue is escalated then, and not only at the end.
    if (index % 10 === 0) await fixture.engine.sweep({ maxMs: 10_000 });
  }
  clock.set(new Date());
  await fixture.engine.sweep({ maxMs: 10_000 });
  await fixture.engine.idle();
  const settings = {
    match: { by: 'keywords', keywords: ['refund', 'money back'] },
    inputsTemplate: { customer: '{{message.authorName}}', reason: '{{message.text}}' },
  };
  const asked = { name: 'Refunds asked for in #support', kind: 'message', settings };
  const { id: trigger } = await post('U0ANA', `/workflows/${workflows.refund}/triggers`, asked);
  const weekly = {
    when: 'every Monday at 9am',
    timeZone: 'Europe/Berlin',
    inputsTemplate: { customer: 'Acme', amount: '1' },
  };
  await post('U0ANA', `/workflows/${workflows.refund}/schedules`, weekly);
  return { workflows, taskForAna, stopped, trigger };
}
