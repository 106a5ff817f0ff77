import { beforeAll, describe, expect, it } from 'vitest';
import { compileProgram } from '../support/e2e/compiled-program.ts';
import { expectSurvival } from '../support/faults/expect-survival.ts';
import { type Attempts, refundWithTimer } from '../support/faults/refund-task.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

const once: Attempts = { start: 1, approve: 1, markDone: 1 };

describe.skipIf(isMongoMissing())('a bot that is killed around a write', { timeout: 90_000 }, () => {
  beforeAll(async () => {
    await compileProgram();
  }, 120_000);

  describe.each(['before-write', 'after-write-before-answer'])('%s', (failpoint) => {
    it.each<[what: string, time: number, attempts: Attempts]>([
      ['the form that starts a task', 1, { ...once, start: 2 }],
      ['a decision', 2, { ...once, approve: 2 }],
      ['a click on "Mark done"', 3, { ...once, markDone: 2 }],
    ])('counts %s once, when it is sent again', async (_what, time, attempts) => {
      const survival = await expectSurvival({ failpoints: [`${failpoint}:${time}`] });

      expect(survival.attempts).toEqual(attempts);
    });

    it('lets a timer fire once', async () => {
      const survival = await expectSurvival({ failpoints: [`${failpoint}:3`], workflow: refundWithTimer });

      expect(survival.attempts).toEqual(once);
    });
  });
});
