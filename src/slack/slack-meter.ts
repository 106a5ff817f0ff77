import { type SlackFailure } from './slack-failure.ts';

/** Is told of each call to Slack's Web API. `method` is one that Baton calls; `failure` null: it went well. Must not throw. */
export type SlackMeter = (method: string, failure: SlackFailure | null) => void;
