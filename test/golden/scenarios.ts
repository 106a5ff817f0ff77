import { human, person, programKey, testOrgId, userMessage, wait } from '../support/builders.ts';
import type { Stage } from './stage.ts';

/** How a task came to where its golden file shows it. */
export interface Scenario {
  about: string;
  play(stage: Stage): Promise<void>;
}

const ana = person('ana');
const bo = person('bo');
const dayMs = 86_400_000;
const tell = userMessage('tell', {
  inputsTemplate: { message: 'Tell {{inputs.customer}} about {{inputs.amount}}' },
});
const yesOrNo = [
  { name: 'yes', label: 'Yes', style: 'primary' as const },
  { name: 'no', label: 'No' },
];

/** One golden file each, of that name. Add more with every revision that writes something new; never change one. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'human-one-vote-of-two': {
    about: 'waits for a second approval; one person has given theirs',
    async play(stage) {
      await stage.start([human('ok', { assignees: ['U0BO', 'U0CHI'], policy: { required: 2 } }), tell]);
      await stage.settle();
      await stage.decide(bo, 'approved', 'Looks fine');
      await stage.settle();
    },
  },
  'human-before-its-effects': {
    about: 'was started by a bot that was killed before it had posted anything',
    async play(stage) {
      const begun = stage.silenceSlack();
      await stage.start([human('ok'), tell]);
      await begun;
    },
  },
  'decided-before-its-effects': {
    about: 'was decided by a person at a bot that was killed before it could show that',
    async play(stage) {
      await stage.start([human('ok'), tell]);
      await stage.settle();
      const begun = stage.silenceSlack();
      await stage.decide(bo, 'approved');
      await begun;
    },
  },
  'human-ask-put-off': {
    about: 'could not ask yet: Slack said to come back in a minute',
    async play(stage) {
      const { answer } = stage.bot.performer;
      stage.bot.performer.answer = (effect, task) =>
        effect.kind === 'ask'
          ? { kind: 'retry', afterMs: 60_000, error: 'ratelimited', maybeSent: true }
          : answer(effect, task);
      await stage.start([human('ok'), tell]);
      await stage.settle();
    },
  },
  'human-ask-undeliverable': {
    about: 'could not reach one of the two people it asks',
    async play(stage) {
      const { answer } = stage.bot.performer;
      stage.bot.performer.answer = (effect, task) =>
        effect.kind === 'ask' && effect.recipientIndex === 1
          ? { kind: 'dead', error: 'The account of Chi is deactivated.' }
          : answer(effect, task);
      await stage.start([human('ok', { assignees: ['U0BO', 'U0CHI'] }), tell]);
      await stage.settle();
    },
  },
  'human-reminder-and-deadline': {
    about: 'waits with a reminder tomorrow and an escalation in two days',
    async play(stage) {
      const reminder = { every: '1d', max: 3 };
      const deadline = { after: '2d', then: 'escalate', escalateTo: ['U0LEAD'] };
      await stage.start([human('ok', { reminder, deadline }), tell]);
      await stage.settle();
    },
  },
  'human-second-visit': {
    about: 'came back to the same step for the second time',
    async play(stage) {
      const outcomes = [
        { name: 'again', label: 'Once more' },
        { name: 'done', label: 'Done' },
      ];
      const handoffs = [
        { condition: 'again', to: 'check' },
        { condition: 'done', to: 'tell' },
      ];
      await stage.start([human('check', { outcomes, handoffs }), tell]);
      await stage.settle();
      await stage.decide(bo, 'again', 'A number is missing');
      await stage.settle();
    },
  },
  'human-pinned-to-old-revision': {
    about: 'was started before the workflow was changed, and keeps to what it was started with',
    async play(stage) {
      await stage.start([human('ok'), tell]);
      await stage.settle();
      const steps = [human('other'), userMessage('elsewhere')];
      await stage.bot.workflows.change(testOrgId, stage.workflowId, { steps }, { kind: 'system' });
    },
  },
  'moved-to-another-revision': {
    about: 'was moved to another revision after one of two people had approved',
    async play(stage) {
      const two = { assignees: ['U0BO', 'U0CHI'], policy: { required: 2 } };
      await stage.start([human('ok', two), tell]);
      await stage.settle();
      await stage.decide(bo, 'approved', 'Looks fine');
      await stage.settle();
      await stage.moveTo([
        human('ok', { ...two, deadline: { after: '2d', then: 'fail' } }),
        human('check'),
        tell,
      ]);
      await stage.settle();
    },
  },
  'moved-a-day-later': {
    about: 'was moved to a revision with a deadline a day after it was started',
    async play(stage) {
      await stage.start([human('ok'), tell]);
      await stage.settle();
      await stage.pass(dayMs);
      await stage.moveTo([human('ok', { deadline: { after: '2d', then: 'fail' } }), tell]);
      await stage.settle();
    },
  },
  'user-message-waiting': {
    about: 'waits for somebody to mark a message done',
    async play(stage) {
      await stage.start([tell, human('ok')]);
      await stage.settle();
    },
  },
  'wait-for-a-time': {
    about: 'waits for two days to pass',
    async play(stage) {
      await stage.start([wait('pause', { for: '2d' }), tell]);
      await stage.settle();
    },
  },
  'wait-for-a-signal': {
    about: 'waits for a signal, and keeps another one that came too early',
    async play(stage) {
      await stage.start([wait('paid', { signal: 'paid' }), wait('shipped', { signal: 'shipped' }), tell]);
      await stage.settle();
      await stage.execute({ type: 'signal', name: 'shipped', payload: { by: 'ship' }, by: programKey });
      await stage.settle();
    },
  },
  'failed-no-handoff': {
    about: 'stopped, because no handoff fits what was decided',
    async play(stage) {
      const handoffs = [{ condition: 'yes', to: 'tell' }];
      await stage.start([human('ok', { outcomes: yesOrNo, handoffs }), tell]);
      await stage.settle();
      await stage.decide(bo, 'no', 'Not this time');
      await stage.settle();
    },
  },
  completed: {
    about: 'is done',
    async play(stage) {
      await stage.start([human('ok')]);
      await stage.settle();
      await stage.decide(bo, 'approved');
      await stage.settle();
    },
  },
  cancelled: {
    about: 'was cancelled',
    async play(stage) {
      await stage.start([human('ok'), tell]);
      await stage.settle();
      await stage.execute({ type: 'cancel', reason: 'Changed our minds', by: ana });
      await stage.settle();
    },
  },
  expired: {
    about: 'was left alone for a year',
    async play(stage) {
      await stage.start([human('ok'), tell]);
      await stage.settle();
      await stage.pass(366 * dayMs);
    },
  },
};
