import type { Browser } from 'playwright-core';
import type { LocalSlack } from '../../../src/local/local-slack.ts';
import { browserAvailable, launchBrowser } from '../browser/browser.ts';
import { WorkspacePage } from '../browser/workspace-page.ts';
import { type FidelityProxy, startFidelityProxy } from '../slack/fidelity-proxy.ts';
import { localSlackAvailable, startTestLocalSlack } from '../slack/test-local-slack.ts';
import { createTestDatabase, isMongoMissing } from '../test-mongo.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { type RunningProgram, startProgram } from './running-program.ts';

/** The built program, the local workspace, and the fidelity proxy between them. */
export interface E2eSlack {
  workspace: LocalSlack;
  proxy: FidelityProxy;
  /** What the program needs to know: a database of its own, and the proxy as its Slack. */
  env: Record<string, string>;
  stop: () => Promise<void>;
}

/** With the program running, and somebody in front of it. */
export interface E2eBot extends Pick<E2eSlack, 'workspace' | 'proxy'> {
  program: RunningProgram;
  api: ApiClient;
  ui: WorkspacePage;
  stop(): Promise<void>;
}

/** For `describe.skipIf(!canRunE2e())`. */
export function canRunE2e(): boolean {
  return localSlackAvailable() && !isMongoMissing() && browserAvailable();
}

/** Starts workspace and proxy, and makes a database; the program is started with `env`, as often as need be. */
export async function startE2eSlack(): Promise<E2eSlack> {
  const database = await createTestDatabase();
  const workspace = await startTestLocalSlack();
  const proxy = await startFidelityProxy({ ...workspace, upstreamUrl: workspace.url });
  const env = {
    PORT: '0',
    MONGODB_URI: database.uri,
    SLACK_API_URL: proxy.apiUrl,
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_APP_TOKEN: workspace.appToken,
    LOG_LEVEL: 'warn',
  };
  const stop = async (): Promise<void> => {
    await proxy.close();
    await workspace.stop();
    await database.drop();
  };
  return { workspace, proxy, env, stop };
}

/** Starts everything, and opens the workspace in a browser. `settings`: what else the program is told. */
export async function startE2eBot(settings: Readonly<Record<string, string>> = {}): Promise<E2eBot> {
  const { workspace, proxy, env, stop: stopSlack } = await startE2eSlack();
  const stops: (() => Promise<unknown>)[] = [stopSlack];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const program = await startProgram({ ...env, ...settings });
    stops.push(() => program.terminate());
    const browser: Browser = await launchBrowser();
    stops.push(() => browser.close());
    const ui = await WorkspacePage.open(browser, workspace.url);
    await ui.waitForBot();
    return { workspace, proxy, program, api: createApiClient(program), ui, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
