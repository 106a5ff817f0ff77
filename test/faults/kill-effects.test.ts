import { beforeAll, describe, expect, it } from 'vitest';
import { compileProgram } from '../support/e2e/compiled-program.ts';
import { expectSurvival } from '../support/faults/expect-survival.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

/** What is done in Slack for a refund, in this order. */
const effects = [
  'post the card',
  'ask for the decision',
  'close the ask',
  'note the decision',
  'ask for the payment',
  'bring the card up to date',
  'close the second ask',
  'note the payment',
  'finish the card',
  'note the outcome',
];

/** The others change messages that are there. */
function isMessage(effect: string): boolean {
  return /^(post|ask|note) /.test(effect);
}

function nth(effect: string): number {
  return effects.indexOf(effect) + 1;
}

describe.skipIf(isMongoMissing())('a bot that is killed around an effect', { timeout: 90_000 }, () => {
  beforeAll(async () => {
    await compileProgram();
  }, 120_000);

  it.each(['post the card', 'ask for the decision', 'note the decision', 'note the outcome'])(
    'that was about to %s does it after all',
    async (effect) => {
      await expectSurvival({ failpoints: [`after-claim-before-send:${nth(effect)}`] });
    },
  );

  it.each(effects)('that could not record having come to %s does not do it again', async (effect) => {
    await expectSurvival({ failpoints: [`after-send-before-record:${nth(effect)}`] });
  });

  it('closes an ask that it could not record, when it was answered before the dead worker was missed', async () => {
    const failpoints = [`after-send-before-record:${nth('ask for the decision')}`];
    await expectSurvival({ failpoints, haste: true, leaseMs: 8_000 });
  });

  it('knows of every message that it had posted before, also where it cannot look for them', async () => {
    const failpoints = [`after-claim-before-send:${nth('note the decision') + 1}`];
    const { sent } = await expectSurvival({ failpoints, isHistoryHidden: true });

    expect(sent).toHaveLength(effects.filter(isMessage).length);
  });

  it('says which message may be there twice, where it could neither record it nor look for it', async () => {
    const failpoints = [`after-send-before-record:${nth('note the decision')}`];
    const { sent, state } = await expectSurvival({ failpoints, isHistoryHidden: true });

    const note = `${state.id}:${nth('note the decision')}`;
    expect(sent.filter(({ key }) => key === note)).toHaveLength(2);
    expect(sent).toHaveLength(effects.filter(isMessage).length + 1);
  });

  it('posts the card once, when it is killed again after having found it', async () => {
    await expectSurvival({ failpoints: ['after-send-before-record:1', 'after-send-before-record:1'] });
  });
});
