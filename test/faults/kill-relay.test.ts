import { beforeAll, describe, it } from 'vitest';
import { compileProgram } from '../support/e2e/compiled-program.ts';
import { expectSurvival } from '../support/faults/expect-survival.ts';
import { refundWithTimer } from '../support/faults/refund-task.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

describe.skipIf(isMongoMissing())('a bot that is killed between its tasks', { timeout: 90_000 }, () => {
  beforeAll(async () => {
    await compileProgram();
  }, 120_000);

  describe.each(['before-events-moved', 'after-events-moved'])('%s', (failpoint) => {
    it.each([1, 2, 3])('leaves a whole log (time %i)', async (time) => {
      await expectSurvival({ failpoints: [`${failpoint}:${time}`] });
    });

    it('leaves a whole log when people go on at once', async () => {
      await expectSurvival({ failpoints: [`${failpoint}:1`], haste: true });
    });
  });

  it('after the claim of a due timer lets it fire once', async () => {
    await expectSurvival({ failpoints: ['after-sweep-claim:1'], workflow: refundWithTimer });
  });

  it('after the claim of what a dead worker left behind, hands it on to a third', async () => {
    await expectSurvival({ failpoints: ['after-send-before-record:2', 'after-sweep-claim:1'] });
  });

  it('again while it makes good what the first death left undone, loses nothing', async () => {
    const failpoints = ['after-write-before-answer:2', 'after-send-before-record:2', 'after-events-moved:1'];
    await expectSurvival({ failpoints });
  });
});
