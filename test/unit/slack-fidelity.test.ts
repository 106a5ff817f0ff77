import { describe, expect, it } from 'vitest';
import { ManualClock } from '../support/manual-clock.ts';
import { FakeViews } from '../support/slack/fake-views.ts';
import { DEFAULT_SEED, FakeWorkspace } from '../support/slack/fake-workspace.ts';
import type { JsonObject } from '../support/slack/json.ts';
import { TriggerIds } from '../support/slack/trigger-ids.ts';
import { validateMessage } from '../support/slack/validate-message.ts';
import { validateView } from '../support/slack/validate-view.ts';

const plain = (text: string): JsonObject => ({ type: 'plain_text', text });
const mrkdwn = (text: string): JsonObject => ({ type: 'mrkdwn', text });
const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index));

const section = (text: string): JsonObject => ({ type: 'section', text: mrkdwn(text) });
const button = (fields: JsonObject = {}): JsonObject => ({ type: 'button', text: plain('Go'), ...fields });
const actions = (...elements: JsonObject[]): JsonObject => ({ type: 'actions', elements });
const option = (index: number, fields: JsonObject = {}): JsonObject => ({
  text: plain(`Option ${index}`),
  value: `o${index}`,
  ...fields,
});
const select = (options: JsonObject[], fields: JsonObject = {}): JsonObject => ({
  type: 'static_select',
  action_id: 'pick',
  options,
  ...fields,
});
const textInput = (fields: JsonObject = {}): JsonObject => ({
  type: 'plain_text_input',
  action_id: 'text',
  ...fields,
});
const input = (fields: JsonObject = {}): JsonObject => ({
  type: 'input',
  block_id: 'field',
  label: plain('Field'),
  element: textInput(),
  ...fields,
});
const confirm = (fields: JsonObject = {}): JsonObject => ({
  title: plain('Sure?'),
  text: plain('Really?'),
  confirm: plain('Yes'),
  deny: plain('No'),
  ...fields,
});
const message = (...blocks: JsonObject[]): JsonObject => ({ channel: 'C1', text: 'fallback', blocks });
const modal = (fields: JsonObject = {}): JsonObject => ({
  type: 'modal',
  title: plain('Title'),
  submit: plain('Save'),
  blocks: [section('hello')],
  ...fields,
});

/** Each row makes a payload of a given size: the largest size is taken, one more is refused. */
const messageLimits: [string, number, (size: number) => JsonObject][] = [
  ['blocks of a message', 50, (n) => message(...times(n, () => section('x')))],
  ['text of a message', 40_000, (n) => ({ text: 'x'.repeat(n) })],
  ['section text', 3_000, (n) => message(section('x'.repeat(n)))],
  ['section fields', 10, (n) => message({ type: 'section', fields: times(n, () => mrkdwn('x')) })],
  ['field text', 2_000, (n) => message({ type: 'section', fields: [mrkdwn('x'.repeat(n))] })],
  ['header text', 150, (n) => message({ type: 'header', text: plain('x'.repeat(n)) })],
  ['context elements', 10, (n) => message({ type: 'context', elements: times(n, () => mrkdwn('x')) })],
  ['actions elements', 25, (n) => message(actions(...times(n, () => button())))],
  ['button text', 75, (n) => message(actions(button({ text: plain('x'.repeat(n)) })))],
  ['button value', 2_000, (n) => message(actions(button({ value: 'x'.repeat(n) })))],
  ['options of a select', 100, (n) => message(actions(select(times(n, (i) => option(i)))))],
  ['option text', 75, (n) => message(actions(select([option(0, { text: plain('x'.repeat(n)) })])))],
  ['option value', 75, (n) => message(actions(select([option(0, { value: 'x'.repeat(n) })])))],
  [
    'option description',
    75,
    (n) => message(actions(select([option(0, { description: plain('x'.repeat(n)) })]))),
  ],
  ['placeholder', 150, (n) => message(actions(select([option(0)], { placeholder: plain('x'.repeat(n)) })))],
  [
    'checkboxes',
    10,
    (n) => message(actions({ type: 'checkboxes', options: times(n, (index) => option(index)) })),
  ],
  [
    'radio buttons',
    10,
    (n) => message(actions({ type: 'radio_buttons', options: times(n, (index) => option(index)) })),
  ],
  ['overflow options', 5, (n) => message(actions({ type: 'overflow', options: times(n, (i) => option(i)) }))],
  ['block_id', 255, (n) => message({ ...section('x'), block_id: 'b'.repeat(n) })],
  ['action_id', 255, (n) => message(actions(button({ action_id: 'a'.repeat(n) })))],
  [
    'confirm title',
    100,
    (n) => message(actions(button({ confirm: confirm({ title: plain('x'.repeat(n)) }) }))),
  ],
  [
    'confirm text',
    300,
    (n) => message(actions(button({ confirm: confirm({ text: plain('x'.repeat(n)) }) }))),
  ],
  [
    'confirm button',
    30,
    (n) => message(actions(button({ confirm: confirm({ confirm: plain('x'.repeat(n)) }) }))),
  ],
  ['markdown block', 12_000, (n) => message({ type: 'markdown', text: 'x'.repeat(n) })],
  [
    'table rows',
    100,
    (n) => message({ type: 'table', rows: times(n, () => [{ type: 'raw_text', text: 'x' }]) }),
  ],
  [
    'table columns',
    20,
    (n) => message({ type: 'table', rows: [times(n, () => ({ type: 'raw_text', text: 'x' }))] }),
  ],
  [
    'characters of all blocks',
    13_200,
    (n) => message(...times(4, () => section('x'.repeat(3_000))), section('x'.repeat(n - 12_000))),
  ],
  [
    'metadata payload',
    10_000,
    (n) => ({
      text: 'x',
      metadata: { event_type: 't', event_payload: { k: 'x'.repeat(n - '{"k":""}'.length) } },
    }),
  ],
];

const viewLimits: [string, number, (size: number) => JsonObject][] = [
  ['blocks of a view', 100, (n) => modal({ blocks: times(n, () => section('x')) })],
  ['title', 24, (n) => modal({ title: plain('x'.repeat(n)) })],
  ['submit', 24, (n) => modal({ submit: plain('x'.repeat(n)) })],
  ['close', 24, (n) => modal({ close: plain('x'.repeat(n)) })],
  ['private_metadata', 3_000, (n) => modal({ private_metadata: 'x'.repeat(n) })],
  ['callback_id', 255, (n) => modal({ callback_id: 'x'.repeat(n) })],
  ['label', 2_000, (n) => modal({ blocks: [input({ label: plain('x'.repeat(n)) })] })],
  ['hint', 2_000, (n) => modal({ blocks: [input({ hint: plain('x'.repeat(n)) })] })],
  ['max_length', 3_000, (n) => modal({ blocks: [input({ element: textInput({ max_length: n }) })] })],
  [
    'initial value',
    3_000,
    (n) => modal({ blocks: [input({ element: textInput({ initial_value: 'x'.repeat(n) }) })] }),
  ],
];

describe('the limits of a message', () => {
  it.each(messageLimits)('%s: %i is taken and one more is refused', async (_name, limit, make) => {
    const taken = await validateMessage(make(limit));
    const refused = await validateMessage(make(limit + 1));

    expect(taken).toBeUndefined();
    expect(refused?.messages.length).toBeGreaterThan(0);
  });
});

describe('the limits of a view', () => {
  it.each(viewLimits)('%s: %i is taken and one more is refused', async (_name, limit, make) => {
    const taken = await validateView(make(limit), 'modal');
    const refused = await validateView(make(limit + 1), 'modal');

    expect(taken).toBeUndefined();
    expect(refused?.error).toBe('invalid_arguments');
  });
});

const refusedMessages: [string, JsonObject, string, string][] = [
  ['an empty text', { text: ' ' }, 'no_text', '/text'],
  ['blocks without a text fallback', { blocks: [section('x')] }, 'no_text', '/text'],
  ['an empty section', message(section('')), 'invalid_blocks', '/blocks/0/text/text'],
  ['a section with neither text nor fields', message({ type: 'section' }), 'invalid_blocks', '/blocks/0'],
  ['an unknown block type', message({ type: 'banner' }), 'invalid_blocks', '/blocks/0/type'],
  ['an unknown property', message({ ...section('x'), txt: 1 }), 'invalid_blocks', '/blocks/0'],
  [
    'a header with markup',
    message({ type: 'header', text: mrkdwn('x') }),
    'invalid_blocks',
    '/blocks/0/text/type',
  ],
  ['an actions block with nothing in it', message(actions()), 'invalid_blocks', '/blocks/0/elements'],
  [
    'the same block_id twice',
    message({ ...section('x'), block_id: 'b' }, { ...section('y'), block_id: 'b' }),
    'invalid_blocks',
    '/blocks/1/block_id',
  ],
  [
    'the same action_id twice in one block',
    message(actions(button({ action_id: 'a' }), button({ action_id: 'a' }))),
    'invalid_blocks',
    '/blocks/0',
  ],
  [
    'an initial option that is not offered',
    message(actions(select([option(0)], { initial_option: option(1) }))),
    'invalid_blocks',
    '/blocks/0/elements/0/initial_option',
  ],
  [
    'an unknown button style',
    message(actions(button({ style: 'warning' }))),
    'invalid_blocks',
    '/blocks/0/elements/0/style',
  ],
  ['blocks that are no list', { text: 'x', blocks: 'soon' }, 'invalid_blocks_format', '/blocks'],
  [
    'metadata without an event type',
    { text: 'x', metadata: { a: 1 } },
    'invalid_metadata_schema',
    '/metadata',
  ],
];

describe('a message is refused', () => {
  it.each(refusedMessages)('for %s', async (_name, args, error, pointer) => {
    const refusal = await validateMessage(args);

    expect(refusal?.error).toBe(error);
    expect(refusal?.messages.join('\n')).toContain(`[json-pointer:${pointer}]`);
  });
});

const refusedViews: [string, JsonObject, string][] = [
  ['no title', modal({ title: undefined }), '/view/title/text'],
  ['inputs without submit', { type: 'modal', title: plain('x'), blocks: [input()] }, '/view'],
  ['the type of another surface', modal({ type: 'home' }), '/view/type'],
  ['an unknown property', modal({ footer: 'x' }), '/view'],
  ['a markdown block', modal({ blocks: [{ type: 'markdown', text: 'x' }] }), '/view/blocks/0'],
  ['a title with markup', modal({ title: mrkdwn('x') }), '/view/title/type'],
  ['an input without a label', modal({ blocks: [input({ label: plain('') })] }), '/view/blocks/0/label/text'],
];

describe('a view is refused', () => {
  it.each(refusedViews)('for %s', async (_name, view, pointer) => {
    const refusal = await validateView(view, 'modal');

    expect(refusal?.messages.join('\n')).toContain(`[json-pointer:${pointer}]`);
  });
});

describe('what Slack takes is taken', () => {
  it('takes the same action_id in two blocks', async () => {
    const twice = message(actions(button({ action_id: 'a' })), actions(button({ action_id: 'a' })));

    expect(await validateMessage(twice)).toBeUndefined();
  });

  it('takes every kind of input that a modal may have', async () => {
    const elements: JsonObject[] = [
      textInput({ multiline: true }),
      { type: 'number_input', is_decimal_allowed: true, min_value: '1' },
      { type: 'email_text_input' },
      { type: 'url_text_input' },
      { type: 'datepicker', initial_date: '2026-01-31' },
      { type: 'users_select' },
      { type: 'multi_users_select' },
      { type: 'conversations_select', response_url_enabled: true },
      { type: 'external_select', min_query_length: 1 },
      { type: 'checkboxes', options: [option(0)], initial_options: [option(0)] },
    ];
    const blocks = elements.map((element, index) => input({ block_id: `b${index}`, element }));

    expect(await validateView(modal({ blocks }), 'modal')).toBeUndefined();
  });

  it('takes a Home tab with buttons and no title', async () => {
    const home = { type: 'home', blocks: [section('x'), actions(button())] };

    expect(await validateView(home, 'home')).toBeUndefined();
  });
});

describe('the views of the fake', () => {
  const views = (): FakeViews => {
    const clock = new ManualClock();
    return new FakeViews(new FakeWorkspace(clock, DEFAULT_SEED), new TriggerIds(clock));
  };

  it('stack three high and no higher', () => {
    const stacked = views();
    stacked.open('U01ANA', modal());
    stacked.push('U01ANA', modal());
    stacked.push('U01ANA', modal());

    expect(() => stacked.push('U01ANA', modal())).toThrow('push_limit_reached');
  });

  it('refuse an update that was made for an older view', () => {
    const stacked = views();
    const { id: view_id, hash } = stacked.open('U01ANA', modal());
    const update = stacked.methods()['views.update'];
    update?.({ view_id, hash, view: modal() });

    expect(() => update?.({ view_id, hash, view: modal() })).toThrow('hash_conflict');
  });
});
