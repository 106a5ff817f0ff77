import { clickHandlers } from '../../../src/slack/listeners/actions/handlers.ts';
import { submissionHandlers } from '../../../src/slack/listeners/views/register-views.ts';
import { type JsonObject, toObject, toObjects, toText } from './json.ts';
import type { InboundRequest } from './slack-of-many.ts';

/**
 * Requests of every button and every modal that the bot listens to and that none of these has reached, each about these
 * things: as their value by itself, and under every short name that values have. Made from what was recorded, so that
 * all else is as Slack sends it.
 *
 * @throws Error when nothing was recorded that they can be made from
 */
export function forgeRest(recorded: readonly InboundRequest[], ids: readonly string[]): InboundRequest[] {
  const payloads = recorded.map(payloadOf);
  const clicks = payloads.filter((payload) => payload['type'] === 'block_actions');
  const sent = payloads.filter((payload) => payload['type'] === 'view_submission');
  const [click, submission] = [clicks[0], sent[0]];
  if (click === undefined || submission === undefined) throw new Error('no click or no modal was recorded');
  const pressed = clicks
    .flatMap((payload) => toObjects(payload['actions']))
    .map((action) => toText(action['action_id']));
  const submitted = new Set(sent.map((payload) => toText(toObject(payload['view'])['callback_id'])));
  const values = ids.flatMap((id) => [id, JSON.stringify(underAllNames(id))]);
  const unpressed = clickHandlers
    .filter(({ match }) => !pressed.some((id) => (typeof match === 'string' ? match === id : match.test(id))))
    .map(({ match }) => (typeof match === 'string' ? match : anIdOf(match)));
  const unsent = Object.keys(submissionHandlers).filter((id) => !submitted.has(id));
  return [
    ...unpressed.flatMap((id) => values.map((value) => withAction(click, id, value))),
    ...unsent.flatMap((id) => values.map((value) => withView(submission, id, value))),
  ].map(toRequest);
}

const shortNames = [
  'e',
  'executionId',
  'w',
  'workflowId',
  'id',
  't',
  'triggerId',
  'a',
  'agentId',
  'b',
  'batchId',
];

function underAllNames(id: string): JsonObject {
  return Object.fromEntries([...shortNames.map((name) => [name, id]), ['s', 0], ['o', 'approved'], ['p', 0]]);
}

/** Patterns of action ids are fixed texts that end with a number. */
function anIdOf(pattern: RegExp): string {
  const id = pattern.source
    .replaceAll(/^\^|\$$|\\(?=\.)/g, '')
    .replace(/\(?:?:\\d\+\)\?$|\\d\+$/, (end) => (end.endsWith('?') ? '' : '0'));
  if (!pattern.test(id)) throw new Error(`nothing is known that fits ${pattern.source}`);
  return id;
}

function withAction(payload: JsonObject, actionId: string, value: string): JsonObject {
  const [action = {}] = toObjects(payload['actions']);
  return { ...payload, actions: [{ ...action, action_id: actionId, value }] };
}

function withView(payload: JsonObject, callbackId: string, metadata: string): JsonObject {
  return {
    ...payload,
    view: { ...toObject(payload['view']), callback_id: callbackId, private_metadata: metadata },
  };
}

function payloadOf({ contentType, body }: InboundRequest): JsonObject {
  const payload = contentType.includes('json') ? null : new URLSearchParams(body).get('payload');
  return payload === null ? {} : toObject(JSON.parse(payload));
}

function toRequest(payload: JsonObject): InboundRequest {
  return {
    contentType: 'application/x-www-form-urlencoded',
    body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
  };
}
