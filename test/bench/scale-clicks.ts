import { crowdStep, startClickStation } from '../support/faults-db/click-station.ts';
import { createBareWrites } from './bench-engine.ts';
import { describeMeasured, describeRatio, measure, measureByTurns } from './measure.ts';

const clickCount = 1_000;
const warmUpCount = 100;

/** From a signed click over HTTP to its acknowledgement, which comes after the durable write. @param uri of an empty database */
export async function measureClicks(uri: string): Promise<string[]> {
  const station = await startClickStation(uri, { people: 1 });
  try {
    const userId = station.people[0] ?? '';
    const tasks = await station.startTasks([crowdStep('ok')], clickCount + warmUpCount);
    const bare = await createBareWrites(station.fixture.database, clickCount);
    const click = async (index: number): Promise<void> => {
      const sent = station.click({ userId, executionId: tasks[index]?.id ?? '', stepIndex: 0 });
      const { status } = await sent.acknowledged;
      if (status !== 200 || sent.told.length > 0) throw new Error(`the click was answered ${status}`);
    };
    await measure(warmUpCount, 1, bare);
    await measure(warmUpCount, 1, click);
    await station.fixture.engine.idle();
    const settle = (): Promise<void> => station.fixture.engine.idle();
    const { bare: bareWrites, other: clicks } = await measureByTurns(
      clickCount,
      { parallel: 1, turn: 250, settle },
      { bare, other: (index) => click(warmUpCount + index) },
    );
    return [
      `bare write, alone:            ${describeMeasured(bareWrites)}`,
      `click to acknowledgement:     ${describeMeasured(clicks)}`,
      describeRatio('click to acknowledgement p50 / bare p50', clicks.p50Ms / bareWrites.p50Ms, {
        atMost: 3,
      }),
      describeRatio('click to acknowledgement p99 / bare p99', clicks.p99Ms / bareWrites.p99Ms, {
        atMost: 3,
      }),
    ];
  } finally {
    await station.close();
  }
}
