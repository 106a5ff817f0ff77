import type { JsonObject } from '../json.ts';
import { isTextFormat } from '../schema-format.ts';
import type { Keyword } from './keyword.ts';
import { withFacts } from './schema-facts.ts';

/** What a schema says of texts. */
export function textKeywords(schema: JsonObject): Keyword[] {
  const { minLength, maxLength, pattern, format } = schema;
  const keywords: Keyword[] = [];
  if (typeof minLength === 'number') {
    keywords.push({
      kept: [withFacts({ kind: 'length', min: minLength, max: Infinity })],
      broken: [withFacts({ kind: 'length', min: 0, max: minLength - 1 })],
    });
  }
  if (typeof maxLength === 'number') {
    keywords.push({
      kept: [withFacts({ kind: 'length', min: 0, max: maxLength })],
      broken: [withFacts({ kind: 'length', min: maxLength + 1, max: Infinity })],
    });
  }
  if (typeof pattern === 'string') {
    keywords.push({
      kept: [withFacts({ kind: 'pattern', pattern, holds: true })],
      broken: [withFacts({ kind: 'pattern', pattern, holds: false })],
    });
  }
  if (typeof format === 'string' && isTextFormat(format)) {
    keywords.push({
      kept: [withFacts({ kind: 'format', name: format, holds: true })],
      broken: [withFacts({ kind: 'format', name: format, holds: false })],
    });
  }
  return keywords;
}
