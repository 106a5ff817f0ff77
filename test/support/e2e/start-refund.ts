import { expect } from 'vitest';
import { connectLocalSlackControl } from '../slack/local-slack-control.ts';

/** Starts the sample *Refund approval* as Ana in #general, as she would with the command and the form. */
export async function startRefundAsAna(
  slackUrl: string,
  inputs: { customer: string; amount: string },
): Promise<void> {
  const control = await connectLocalSlackControl(slackUrl);
  const place = { user: 'U01ANA', channel: 'C01GEN' };
  await control.command({ ...place, command: '/workflow', text: 'start refund-approval' });
  await expect.poll(() => control.modals().length, { timeout: 15_000 }).toBe(1);
  const values = Object.entries(inputs).map(([blockId, value]) => [
    blockId,
    { value: { type: 'plain_text_input', value } },
  ]);
  control.submitModal(place.user, Object.fromEntries(values));
  await expect.poll(() => control.modals().length, { timeout: 15_000 }).toBe(0);
  control.close();
}
