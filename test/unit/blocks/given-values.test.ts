import { describe, expect, it } from 'vitest';
import { inputKeys, readGivenValues } from '../../../blocks/given-values.ts';
import { valuesFromMessage } from '../../../blocks/message-values.ts';
import type { JsonSchema } from '../../../src/domain/json-schema.ts';

const schema: JsonSchema = {
  type: 'object',
  properties: {
    title: { type: 'string', maxLength: 20 },
    amount: { type: 'integer', minimum: 1 },
    urgent: { type: 'boolean' },
    size: { enum: ['S', 'M', 'L'] },
    day: { type: 'string', format: 'date' },
    tags: { type: 'array', items: { type: 'string' } },
    days_off: { type: 'array', items: { enum: ['mon', 'tue'] } },
    assignee: {
      type: 'object',
      properties: { name: { type: 'string' }, email: { type: 'string', format: 'email' } },
      required: ['name'],
    },
    note: { type: 'string', default: 'none' },
  },
  required: ['title', 'amount'],
};

describe('typed values', () => {
  it('are read by the schema, whatever their case', () => {
    const given = {
      Title: 'Laptop',
      amount: '+2',
      URGENT: 'off',
      size: 'm',
      day: '2026-2-3',
      tags: 'a, b',
      'days-off': 'MON',
      'assignee.name': 'Bo',
      'Assignee.Email': 'bo@example.com',
    };
    const read = readGivenValues(schema, given);
    expect(read.inputs).toEqual({
      title: 'Laptop',
      amount: 2,
      urgent: false,
      size: 'M',
      day: '2026-02-03',
      tags: ['a', 'b'],
      days_off: ['mon'],
      assignee: { name: 'Bo', email: 'bo@example.com' },
      note: 'none',
    });
    expect(read).toMatchObject({ problems: {}, unknown: [], isComplete: true });
  });

  it.each([
    [{ amount: 'two' }, 'amount', 'Must be a whole number'],
    [{ amount: '1,000' }, 'amount', 'without commas'],
    [{ amount: '0' }, 'amount', 'Must be at least 1.'],
    [{ urgent: 'perhaps' }, 'urgent', 'Must be yes or no.'],
    [{ size: 'XL' }, 'size', '“XL” is not one of the choices: S, M or L.'],
    [{ day: '2026-02-30' }, 'day', 'There is no such day'],
    [{ day: 'tomorrow' }, 'day', 'Must be a date'],
    [{ title: 'x'.repeat(21) }, 'title', 'Must have at most 20 characters.'],
    [{ 'assignee.email': 'bo' }, 'assignee/email', 'Must be an email address'],
  ])('that are wrong are told at their input: %j', (given, blockId, words) => {
    const read = readGivenValues(schema, { title: 'Laptop', amount: '1', ...given });
    expect(Object.keys(read.problems)).toEqual([blockId]);
    expect(read.problems[blockId]).toContain(words);
    expect(read.isComplete).toBe(false);
  });

  it('leave to be asked what is missing, and name what is not there', () => {
    const read = readGivenValues(schema, { amount: '3', colour: 'red', note: '' });
    expect(read).toMatchObject({ problems: {}, unknown: ['colour'], isComplete: false });
    expect(read.values).toEqual({ amount: 3 });
    expect(readGivenValues(schema, { amount: '3' }).isComplete).toBe(false);
  });

  it('may name people and channels as Slack writes them', () => {
    const read = readGivenValues(schema, { title: '<@U0ANA|ana>', amount: '1' });
    expect(read.inputs).toMatchObject({ title: 'U0ANA' });
  });

  it('take nothing from prototypes', () => {
    const strange: JsonSchema = { type: 'object', properties: { constructor: { type: 'number' } } };
    const read = readGivenValues(strange, { constructor: 'x', toString: 'y' });
    expect(Object.keys(read.problems)).toEqual(['constructor']);
    expect(read.unknown).toEqual(['toString']);
  });

  it('are complete where nothing is asked', () => {
    expect(readGivenValues({ type: 'object' }, {}).isComplete).toBe(true);
    expect(inputKeys(schema)).toContain('assignee.email');
  });
});

describe('a message as inputs', () => {
  const message = { text: 'It broke', author: 'bo@example.com', link: 'https://x/1' };
  const text = { type: 'string' };

  it.each([
    [{ message: text, requester: text, permalink: text }, ['message', 'requester', 'permalink']],
    [{ amount: { type: 'number' }, what: text, url: text }, ['what', 'url']],
    [{ Description: text, author: text }, ['Description', 'author']],
    [{ size: { enum: ['S'] }, day: { type: 'string', format: 'date' } }, []],
    [{ email: { type: 'string', format: 'email' }, other: text }, ['other']],
  ])('fills %j', (properties, keys) => {
    const values = valuesFromMessage({ type: 'object', properties }, message);
    expect(new Set(Object.keys(values))).toEqual(new Set(keys));
  });

  it('fits what the input takes', () => {
    const short = { type: 'object', properties: { text: { type: 'string', maxLength: 5 } } };
    expect(valuesFromMessage(short, message)).toEqual({ text: 'It b…' });
  });
});
