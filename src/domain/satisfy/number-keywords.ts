import type { JsonObject } from '../json.ts';
import type { Keyword } from './keyword.ts';
import { type NumberFact, withFacts } from './schema-facts.ts';

/** What a schema says of numbers. */
export function numberKeywords(schema: JsonObject): Keyword[] {
  const rules: [string, (limit: number) => [NumberFact, NumberFact]][] = [
    ['minimum', (limit) => [bound('min', limit, false), bound('max', limit, true)]],
    ['maximum', (limit) => [bound('max', limit, false), bound('min', limit, true)]],
    ['exclusiveMinimum', (limit) => [bound('min', limit, true), bound('max', limit, false)]],
    ['exclusiveMaximum', (limit) => [bound('max', limit, true), bound('min', limit, false)]],
    [
      'multipleOf',
      (of) => [
        { kind: 'multiple', of, holds: true },
        { kind: 'multiple', of, holds: false },
      ],
    ],
  ];
  return rules.flatMap(([keyword, make]) => {
    const limit = schema[keyword];
    if (typeof limit !== 'number') return [];
    const [kept, broken] = make(limit);
    return [{ kept: [withFacts(kept)], broken: [withFacts(broken)] }];
  });
}

function bound(side: 'min' | 'max', limit: number, isStrict: boolean): NumberFact {
  return { kind: 'bound', side, limit, isStrict };
}
