import { describe, expect, it } from 'vitest';
import { fitInputs } from '../../src/domain/fit-inputs.ts';
import type { JsonValue } from '../../src/domain/json.ts';

const schema = {
  type: 'object',
  properties: {
    amount: { type: 'number' },
    count: { type: ['integer', 'null'] },
    urgent: { type: 'boolean' },
    name: { type: 'string' },
    tags: { type: 'array', items: { type: 'integer' } },
    who: { type: 'object', properties: { age: { type: 'integer' } } },
    anything: {},
  },
};

describe('inputs that came as text', () => {
  it.each<[string, JsonValue, JsonValue | undefined]>([
    ['amount', '420', 420],
    ['amount', ' -4.50 ', -4.5],
    ['amount', 'about 5', 'about 5'],
    ['amount', '1e400', '1e400'],
    ['amount', '', undefined],
    ['count', '', null],
    ['urgent', 'Yes', true],
    ['urgent', 'off', false],
    ['urgent', 'perhaps', 'perhaps'],
    ['name', 7, '7'],
    ['name', '', ''],
    ['tags', '5', [5]],
    ['tags', ['5', 6, 'x'], [5, 6, 'x']],
    ['who', { age: '30', name: 'Bo' }, { age: 30, name: 'Bo' }],
    ['anything', '7', '7'],
    ['unknown', '7', '7'],
  ])('%s: %j becomes %j', (key, value, expected) => {
    expect(fitInputs({ [key]: value }, schema)).toEqual(expected === undefined ? {} : { [key]: expected });
  });
});
