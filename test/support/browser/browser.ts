import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * True when browser tests can run. Without Chromium they are skipped on a developer's machine, with a word about it,
 * and fail where `CI` is set.
 */
export function browserAvailable(): boolean {
  if (existsSync(CHROMIUM)) return true;
  if (process.env.CI !== undefined) throw new Error(`browser tests need Chromium at ${CHROMIUM}`);
  console.warn(`Browser tests are skipped: there is no Chromium at ${CHROMIUM} (set CHROMIUM_PATH)`);
  return false;
}

/** Starts a headless Chromium. The caller closes it. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}
