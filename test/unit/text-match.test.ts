import { describe, expect, it } from 'vitest';
import { TextMatch, findInText, groupNames, patternProblem } from '../../src/domain/triggers/text-match.ts';

const keywords = (...words: string[]): TextMatch => ({ by: 'keywords', keywords: words });
const pattern = (source: string, caseSensitive = false): TextMatch => ({
  by: 'pattern',
  pattern: source,
  caseSensitive,
});

describe('keywords', () => {
  it.each<[string, string[], string, boolean]>([
    ['in any case', ['Refund'], 'please REFUND me', true],
    ['only as a whole word', ['fund'], 'refund me', false],
    ['next to a sign', ['refund'], '(refund!)', true],
    ['of more than one word, whatever stands between', ['out of stock'], 'It is out  of\nstock', true],
    ['with signs that mean something in expressions', ['c++', 'a.b'], 'I like C++.', true],
    ['where one of several is enough', ['bug', 'refund'], 'a refund', true],
    ['of other scripts', ['größe'], 'Falsche Größe!', true],
    ['as part of a word of another script', ['grö'], 'Größe', false],
  ])('are found %s', (_how, words, text, isFound) => {
    expect(findInText(keywords(...words), text) !== null).toBe(isFound);
  });
});

describe('a regular expression', () => {
  it('gives its named groups, and leaves out those that took no part', () => {
    const found = findInText(pattern('refund (?P<amount>\\d+)(?: to (?<who>\\w+))?'), 'Refund 420 please');
    expect(found).toEqual({ groups: { amount: '420' } });
    expect(groupNames(pattern('(?<a>x)(?P<b>y)')).toSorted()).toEqual(['a', 'b']);
  });

  it('minds the case only when it shall', () => {
    expect(findInText(pattern('refund', true), 'Refund')).toBeNull();
    expect(findInText(pattern('refund'), 'Refund')).not.toBeNull();
  });

  it('takes time linear in the text', () => {
    expect(findInText(pattern('^(a+)+$'), `${'a'.repeat(7_000)}b`)).toBeNull();
  });

  it.each([
    ['refund (\\d+', 'missing closing )'],
    ['order [9-0]', 'at character 8'],
    ['look(?=ahead)', 'invalid'],
    ['(?:a{500}){500}', 'invalid repeat count'],
  ])('%s is refused with the place', (source, part) => {
    const parsed = TextMatch.safeParse(pattern(source));
    expect(patternProblem(source)).toContain(part);
    expect(parsed.error?.issues[0]?.message).toContain(part);
  });
});
