import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { assertMapping, renderMapping, renderOver } from '../../src/domain/mapping.ts';
import { ValidationError } from '../../src/errors.ts';

const body = {
  issue: { title: 'Broken', labels: ['bug', 'urgent'], votes: 3, assignee: null },
  sender: { login: 'ana' },
};

describe('a mapping', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['keeps what a value is', { votes: '{{body.issue.votes}}' }, { votes: 3 }],
    ['keeps a list', { labels: '{{ body.issue.labels }}' }, { labels: ['bug', 'urgent'] }],
    [
      'writes values into a text',
      { text: '{{body.issue.title}} by {{body.sender.login}}' },
      { text: 'Broken by ana' },
    ],
    ['prints a list within a text', { text: '[{{body.issue.labels}}]' }, { text: '[bug, urgent]' }],
    [
      'takes what is no text as it is',
      { amount: 7, ok: true, none: null },
      { amount: 7, ok: true, none: null },
    ],
    [
      'goes into objects and lists',
      { who: { name: '{{body.sender.login}}' }, all: ['a', '{{body.issue.votes}}'] },
      { who: { name: 'ana' }, all: ['a', 3] },
    ],
    [
      'leaves out what is missing',
      { a: '{{body.issue.nothing.at.all}}', b: '{{body.issue.assignee}}', c: 1 },
      { c: 1 },
    ],
    [
      'has an empty text for what is missing within one',
      { a: 'by [{{body.issue.assignee}}{{body.x.y}}]' },
      { a: 'by []' },
    ],
    ['asks whether something is there', { a: '{{#if body.urgent}}now{{else}}later{{/if}}' }, { a: 'later' }],
    ['walks over lists', { a: '{{#each body.issue.labels}}#{{this}} {{/each}}' }, { a: '#bug #urgent ' }],
    [
      'reads nothing that is inherited',
      { a: '{{body.constructor.name}}', b: '{{body.issue.title.length}}' },
      {},
    ],
  ])('%s', (_what, mapping, expected) => {
    expect(renderMapping(mapping, { body })).toEqual(expected);
  });

  it('can be one text', () => {
    expect(renderOver('Since {{lastRun}}', { now: '2026-01-02', lastRun: null })).toBe('Since ');
  });

  it.each<[string, JsonObject, string]>([
    ['a template that is not closed', { a: '{{body.x' }, 'inputsTemplate/a'],
    ['what it may not read', { a: { b: '{{inputs.x}}' } }, 'inputsTemplate/a/b'],
    ['a helper', { list: ['{{lookup body "x"}}'] }, 'inputsTemplate/list/0'],
  ])('is refused with the place for %s', (_what, mapping, path) => {
    const check = (): void => assertMapping(mapping, 'inputsTemplate', ['body']);
    expect(check).toThrow(ValidationError);
    expect(check).toThrow(expect.objectContaining({ fields: [expect.objectContaining({ path })] }));
  });
});
