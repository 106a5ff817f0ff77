import type { EffectPerformer } from '../engine/effect-performer.ts';

const retryMs = 300_000;

/** In place of Slack while there is none: everything waits, and is posted once the bot starts with a Slack. */
export const noSlackPerformer: EffectPerformer = {
  async perform() {
    return { kind: 'wait', afterMs: retryMs, error: 'no Slack is connected' };
  },
};
