import { describe, expect, it } from 'vitest';
import {
  compileRows,
  type ConditionRow,
  type ConditionRows,
  operators,
  readRows,
} from '../../../blocks/authoring/condition-rows.ts';
import { describeCondition } from '../../../blocks/authoring/condition-words.ts';
import type { JsonObject, JsonValue } from '../../../src/domain/json.ts';
import { matchesSchema } from '../../../src/domain/json-schema.ts';

const outputSchema = {
  type: 'object',
  properties: { risk: { enum: ['low', 'high'] }, amount: { type: 'number' }, note: { type: 'string' } },
  required: ['risk'],
};

function rows(...all: ConditionRow[]): ConditionRows {
  return { match: 'all', rows: all };
}

function row(field: string, operator: ConditionRow['operator'], ...values: JsonValue[]): ConditionRow {
  return { field, operator, values };
}

describe('the rows of a condition', () => {
  it.each<[ConditionRow, JsonValue, boolean]>([
    [row('risk', 'is', 'high'), { risk: 'high' }, true],
    [row('risk', 'is', 'high'), { risk: 'low' }, false],
    [row('risk', 'is', 'high'), {}, false],
    [row('risk', 'is', 'high'), 'high', false],
    [row('risk', 'is_not', 'high'), { risk: 'low' }, true],
    [row('risk', 'is_not', 'high'), {}, true],
    [row('risk', 'one_of', 'low', 'high'), { risk: 'low' }, true],
    [row('risk', 'none_of', 'low', 'high'), { risk: 'mid' }, true],
    [row('risk', 'none_of', 'low', 'high'), { risk: 'low' }, false],
    [row('amount', 'at_least', 500), { amount: 500 }, true],
    [row('amount', 'more_than', 500), { amount: 500 }, false],
    [row('amount', 'at_most', 500), { amount: 501 }, false],
    [row('amount', 'less_than', 500), { amount: 499.5 }, true],
    [row('amount', 'at_least', 500), { amount: '501' }, false],
    [row('note', 'contains', 'a.b*(c)'), { note: 'see a.b*(c)!' }, true],
    [row('note', 'contains', 'a.b'), { note: 'axb' }, false],
    [row('tags', 'includes', 'vip'), { tags: ['new', 'vip'] }, true],
    [row('tags', 'includes', 'vip'), { tags: 'vip' }, false],
    [row('note', 'filled'), { note: 'x' }, true],
    [row('note', 'filled'), { note: '' }, false],
    [row('note', 'filled'), {}, false],
    [row('note', 'empty'), {}, true],
    [row('note', 'empty'), { note: null }, true],
    [row('note', 'empty'), { note: 'x' }, false],
    [row('who.name', 'is', 'Ana'), { who: { name: 'Ana' } }, true],
    [row('who.name', 'is', 'Ana'), { who: 'Ana' }, false],
  ])('%j is true of %j: %s', (one, output, expected) => {
    expect(matchesSchema(compileRows(rows(one)), output)).toBe(expected);
  });

  it.each(operators.map(([operator]) => operator))('come back as they were: %s', (operator) => {
    const value = operator.endsWith('_least') || operator.endsWith('_most') ? 5 : 'x [1] \\ "y" $';
    const isNumeric = ['at_least', 'at_most', 'more_than', 'less_than'].includes(operator);
    const compares = operator !== 'filled' && operator !== 'empty';
    const one = row('a.b', operator, ...(compares ? [isNumeric ? 5 : value] : []));
    expect(readRows(compileRows(rows(one)), undefined)).toEqual(rows(one));
    for (const match of ['all', 'any'] as const) {
      const two = { match, rows: [one, row('c', 'is', true)] };
      expect(readRows(compileRows(two), undefined)).toEqual(two);
    }
  });

  it.each<[JsonObject, ConditionRows | null]>([
    [{ properties: { risk: { const: 'high' } } }, rows(row('risk', 'is', 'high'))],
    [
      { type: 'object', properties: { amount: { minimum: 5 } }, required: ['amount'] },
      rows(row('amount', 'at_least', 5)),
    ],
    // Without the field it is true as well, which no row says.
    [{ properties: { amount: { minimum: 5 } } }, null],
    [{ required: ['amount'] }, null],
    [{ properties: { risk: { const: 'high', type: 'string' } } }, null],
    [{ allOf: [{ required: ['a'] }, { required: ['b'] }] }, null],
    [{ allOf: [compileRows(rows(row('a', 'is', 1)))] }, null],
    [{}, null],
    [{ not: {} }, null],
    [{ type: 'object', properties: { a: { pattern: '^x' } }, required: ['a'] }, null],
  ])('of %j are %j', (when, expected) => {
    expect(readRows(when, outputSchema)).toEqual(expected);
  });

  it('are said in words, and what they cannot say as it is written, harmlessly', () => {
    const when = compileRows({
      match: 'any',
      rows: [row('risk', 'is', '<!channel>'), row('amount', 'more_than', 5)],
    });
    expect(describeCondition(when, undefined)).toBe('risk is &lt;!channel&gt; or amount is more than 5');
    expect(describeCondition({ required: ['<@U1>`'] }, undefined)).toBe('`{"required":["&lt;@U1&gt;’"]}`');
  });
});
