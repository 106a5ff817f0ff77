import { describe, expect, it } from 'vitest';
import type { ExecutionContext } from '../../src/domain/execution.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { assertTemplate } from '../../src/domain/template-syntax.ts';
import { renderDeep, renderTemplate } from '../../src/domain/template.ts';

const contextOf = (inputs: JsonObject): ExecutionContext => ({ inputs, steps: {} });
const render = (text: string, inputs: JsonObject, schema: JsonObject = {}): string =>
  renderTemplate(text, contextOf(inputs), schema);

describe('a template', () => {
  it.each<[string, string, JsonObject, string]>([
    ['a value', 'Hi {{inputs.name}}', { name: 'Bo' }, 'Hi Bo'],
    ['a list', '{{inputs.tags}}', { tags: ['a', 'b'] }, 'a, b'],
    ['an object', '{{inputs.who}}', { who: { name: 'Bo' } }, '{"name":"Bo"}'],
    ['nothing of markup', '{{inputs.name}}', { name: '<b>&' }, '<b>&'],
    [
      'a loop with places',
      '{{#each inputs.tags}}{{@index}}{{#if @last}}!{{/if}}{{this}} {{/each}}',
      { tags: ['a', 'b'] },
      '0a 1!b ',
    ],
    [
      'a loop over keys',
      '{{#each inputs.who}}{{@key}}={{this}};{{/each}}',
      { who: { a: 1, b: 2 } },
      'a=1;b=2;',
    ],
    ['a loop over nothing', '{{#each inputs.tags}}x{{else}}none{{/each}}', { tags: [] }, 'none'],
  ])('renders %s', (_what, text, inputs, expected) => {
    expect(render(text, inputs)).toBe(expected);
  });

  const schema = {
    properties: { note: { type: 'string' }, who: { type: 'object', properties: { name: {} } }, must: {} },
    required: ['must'],
  };
  it('has an empty text for an optional value that is missing, at any depth', () => {
    expect(render('[{{inputs.note}}{{inputs.who.name}}]', {}, schema)).toBe('[]');
  });
  it.each(['inputs.must', 'inputs.other', 'inputs.who.age', 'inputs.constructor', 'steps.a.output'])(
    'refuses to guess %s',
    (path) => {
      expect(() => render(`{{${path}}}`, {}, schema)).toThrow(`needs "${path}"`);
    },
  );

  it('does not change what later templates see, nor the context', () => {
    const context = contextOf({ who: {} });
    expect(
      renderDeep(
        ['{{inputs.note}}', '{{#if inputs.note}}yes{{else}}no{{/if}}', '{{inputs}}'],
        context,
        schema,
      ),
    ).toEqual(['', 'no', '{"who":{}}']);
    expect(context).toEqual(contextOf({ who: {} }));
  });

  const many = Array.from({ length: 300 }, (_, index) => `item ${index}`);
  const long = 'x'.repeat(11_000);
  it.each<[string, string, JsonObject]>([
    [
      'a loop within a loop',
      `{{#each inputs.many}}{{#each ../inputs.many}}${long}{{/each}}{{/each}}`,
      { many },
    ],
    [
      'loops that write nothing',
      '{{#each inputs.many}}{{#each ../inputs.many}}{{/each}}{{/each}}'.repeat(49),
      { many },
    ],
    ['a large object, many times', '{{inputs}}'.repeat(1_000), { text: 'y'.repeat(200_000) }],
    ['a long text, many times', '{{inputs.text}}'.repeat(790), { text: 'y'.repeat(200_000) }],
  ])('ends, whatever it loops over: %s', (_what, text, inputs) => {
    expect(() => assertTemplate(text, 'message')).not.toThrow();
    expect(render(text, inputs).length).toBeLessThanOrEqual(40_000);
  });
});
