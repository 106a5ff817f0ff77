import { type SlackFailure } from './slack-failure.ts';

/** Is told of each call to Slack's Web API, to count it. `method` is one that Baton calls. Must not throw. */
export type SlackMeter = (method: string, result: 'ok' | SlackFailure['kind']) => void;
