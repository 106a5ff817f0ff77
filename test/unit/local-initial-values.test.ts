import { describe, expect, it } from 'vitest';
import { completeValues, showInitialChoice } from '../../src/local/slack-preload/initial-values.ts';

const [eur, usd] = ['EUR', 'USD'].map((code) => ({
  text: { type: 'plain_text', text: `In ${code}` },
  value: code,
}));
const options = [eur, usd];

function viewWith(element: object): Record<string, unknown> {
  return { blocks: [{ type: 'section' }, { type: 'input', block_id: 'b', element }] };
}

describe('a form that starts with values', () => {
  it.each(['static_select', 'radio_buttons'])('shows the initial option of %s', (type) => {
    const element = { type, action_id: 'a', options, initial_option: usd };

    expect(showInitialChoice(element)).toEqual({
      ...element,
      type: 'static_select',
      placeholder: { type: 'plain_text', text: 'In USD' },
      options: [eur],
    });
  });

  it.each([
    { type: 'static_select', action_id: 'a', options },
    { type: 'radio_buttons', action_id: 'a', options },
    { type: 'checkboxes', action_id: 'a', options, initial_options: [usd] },
  ])('shows $type as it is without one', (element) => {
    expect(showInitialChoice(element)).toBe(element);
  });

  it.each([
    [{ type: 'plain_text_input', initial_value: 'Tea' }, { value: 'Tea' }],
    [{ type: 'static_select', initial_option: usd }, { selected_option: usd }],
    [{ type: 'radio_buttons', initial_option: usd }, { selected_option: usd }],
    [{ type: 'multi_static_select', initial_options: [usd] }, { selected_options: [usd] }],
    [{ type: 'datepicker', initial_date: '2026-11-21' }, { selected_date: '2026-11-21' }],
    [{ type: 'users_select', initial_user: 'U01ANA' }, { selected_user: 'U01ANA' }],
  ])('sends them where nobody touched %j', (element, state) => {
    const view = viewWith({ ...element, action_id: 'a' });
    const { type } = element;

    expect(completeValues(view, {})).toEqual({ b: { a: { type, ...state } } });
    expect(completeValues(view, { b: { a: { type } } })).toEqual({ b: { a: { type, ...state } } });
  });

  it.each([
    [{ type: 'plain_text_input', initial_value: 'Tea' }, { value: '' }],
    [{ type: 'plain_text_input' }, { value: 'Tea' }],
    [{ type: 'static_select', initial_option: usd }, { selected_option: eur }],
    [{ type: 'datepicker', initial_date: '2026-11-21' }, { selected_date: '' }],
    [{ type: 'checkboxes', initial_options: [usd] }, { selected_options: [] }],
  ])('sends what people chose in %j instead', (element, state) => {
    const sent = { b: { a: { type: element.type, ...state } }, other: { a: { type: 'datepicker' } } };

    expect(completeValues(viewWith({ ...element, action_id: 'a' }), sent)).toEqual(sent);
  });

  it('sends a choice from the list as that of the radio buttons that the list stood for', () => {
    const view = viewWith({ type: 'radio_buttons', action_id: 'a', initial_option: usd });

    expect(completeValues(view, { b: { a: { type: 'static_select', selected_option: eur } } })).toEqual({
      b: { a: { type: 'radio_buttons', selected_option: eur } },
    });
  });

  it('sends nothing for untouched checkboxes, which are shown unticked, nor without initial values', () => {
    expect(
      completeValues(viewWith({ type: 'checkboxes', action_id: 'a', initial_options: [usd] }), {}),
    ).toEqual({});
    expect(completeValues(viewWith({ type: 'static_select', action_id: 'a', options }), {})).toEqual({});
  });
});
