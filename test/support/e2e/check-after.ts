import { expect, type TestContext } from 'vitest';
import type { E2eBot } from './e2e-bot.ts';

/**
 * For `afterEach`: keeps a picture of the page when the test failed, and fails when the program did anything that
 * Slack would not have taken.
 */
export async function checkAfter({ ui, proxy }: E2eBot, { task }: TestContext): Promise<void> {
  const hasFailed = task.result?.state === 'fail';
  if (hasFailed) await ui.screenshot(`failed-${task.name.replace(/\W+/g, '-').slice(0, 60)}`);
  const violations = proxy.violations();
  proxy.clearViolations();
  expect(violations).toEqual([]);
}
