import { describe, expect, it } from 'vitest';
import { ScheduleTriggerSettings } from '../../src/domain/triggers/schedule-trigger.ts';
import { scheduleView } from '../../src/slack/listeners/schedules/open-schedule-form.ts';
import { unheardNotice } from '../../src/slack/triggers/unheard-notice.ts';
import { SimulatedTime } from '../support/simulation/simulated-time.ts';

const never = new Promise<never>(() => {});
const workflow = { id: 'wf', name: 'Refund', inputsSchema: {} };
const identity = { known: () => null };

function scheduleIn(postTo: string) {
  const settings = ScheduleTriggerSettings.parse({ cron: '0 3 * * *', timeZone: 'UTC', postTo });
  return { id: 's1', name: 'Nightly', settings };
}

function triggerIn(...channels: string[]) {
  return { settings: { channels } } as Parameters<typeof unheardNotice>[1];
}

/** What is there after a second of which Slack used all to think. */
function afterASecond<Result>(ask: (timers: ReturnType<SimulatedTime['timers']>) => Promise<Result>) {
  const time = new SimulatedTime(new Date(0));
  const asked = ask(time.timers(() => true));
  time.advance(1_000);
  return asked;
}

describe('a form that is better with what Slack says', () => {
  it('says where a trigger hears nothing', async () => {
    const directory = { hasBot: (id: string) => Promise.resolve(id !== 'C0QUIET') };
    const notice = await unheardNotice({ directory, identity }, triggerIn('C0LOUD', 'C0QUIET'));
    expect(notice).toContain('I am not in <#C0QUIET>');
  });

  it('does not wait longer than a second for where a trigger hears nothing', async () => {
    const directory = { hasBot: () => never };
    const notice = afterASecond((timers) =>
      unheardNotice({ directory, identity }, triggerIn('C0QUIET'), timers),
    );
    expect(await notice).toBeNull();
  });

  it('does not wait longer than a second for the name of the channel of a schedule', async () => {
    const connection = { directory: { labelOf: () => never } };
    const view = afterASecond((timers) =>
      scheduleView({ connection }, workflow, scheduleIn('C0SALES'), 'C0HERE', timers),
    );
    expect(JSON.stringify(await view)).toContain('In another channel, as until now');
  });

  it('names the channel of a schedule, and asks only where it is another one than that of the form', async () => {
    const asked: string[] = [];
    const labelOf = (id: string): Promise<string> => {
      asked.push(id);
      return Promise.resolve('#sales');
    };
    const connection = { directory: { labelOf } };
    const view = await scheduleView({ connection }, workflow, scheduleIn('C0SALES'), 'C0HERE');
    await scheduleView({ connection }, workflow, scheduleIn('C0SALES'), 'C0SALES');
    expect(JSON.stringify(view)).toContain('In #sales, as until now');
    expect(asked).toEqual(['C0SALES']);
  });
});
