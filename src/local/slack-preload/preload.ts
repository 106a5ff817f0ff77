import type { BunRuntime } from './bun-serve.ts';
import { serveLoopbackOnly } from './serve-loopback-only.ts';
import { serveSlackPage } from './serve-slack-page.ts';

/**
 * The text of a module that the local Slack workspace is told to load first. All that this folder does, it
 * does in that program's process and on its runtime, Bun, which runs this very file, compiled or not: so the
 * folder imports nothing from elsewhere.
 */
export function preloadText(): string {
  return `import { adaptServe } from ${JSON.stringify(import.meta.filename)};\nadaptServe(Bun);\n`;
}

/** Makes every server that is started from now on keep to this machine, and its page understand Slack's format. */
export function adaptServe(runtime: BunRuntime): void {
  const serve = runtime.serve.bind(runtime);
  runtime.serve = (options) => serve(serveSlackPage(serveLoopbackOnly(options)));
}
