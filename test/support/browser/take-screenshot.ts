import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';

const SCREENSHOTS = 'artifacts/screenshots';
/** A headless Chromium now and then has nothing to take a picture of for a moment. */
const maxAttempts = 3;

/** Keeps a picture in `artifacts/screenshots/<name>.png` and gives its path. */
export async function takeScreenshot(
  page: Page,
  name: string,
  options: { fullPage?: boolean } = {},
): Promise<string> {
  await mkdir(SCREENSHOTS, { recursive: true });
  const path = join(SCREENSHOTS, `${name}.png`);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await page.screenshot({ path, ...options });
      return path;
    } catch (error) {
      if (attempt === maxAttempts || !String(error).includes('Unable to capture screenshot')) throw error;
      await sleep(500);
    }
  }
}
