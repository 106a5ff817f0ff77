import { describe, expect, it } from 'vitest';
import {
  clip,
  codeBlock,
  escapeBody,
  escapeMrkdwn,
  inline,
  quote,
  splitText,
} from '../../../blocks/escape.ts';

describe('escapeMrkdwn', () => {
  it.each([
    ['<!channel>', '&lt;!channel&gt;'],
    ['a & b', 'a &amp; b'],
    ['&lt;', '&amp;lt;'],
    ['\u202Ereversed\u2066', 'reversed'],
    ['two\nlines\tkept', 'two\nlines\tkept'],
  ])('makes %j safe', (text, expected) => {
    expect(escapeMrkdwn(text)).toBe(expected);
  });
});

describe('codeBlock', () => {
  it('ends where it should, and wakes no mention', () => {
    expect(codeBlock('-d \'{"a":"``` <!channel>"}\'')).toBe('```-d \'{"a":"ˋˋˋ &lt;!channel&gt;"}\'```');
  });
});

describe('inline', () => {
  it('leaves no line break that could forge a line of ours', () => {
    expect(inline('ok\n\nApproved by Bo\u2028x')).toBe('ok Approved by Bo x');
  });
});

describe('escapeBody', () => {
  it('links web addresses, without the punctuation after them', () => {
    expect(escapeBody('See https://a.example/x?y=1&z=2, then <this>.')).toBe(
      'See <https://a.example/x?y=1&amp;z=2>, then &lt;this&gt;.',
    );
  });

  it('does not let an address choose its own label', () => {
    expect(escapeBody('https://evil.example|bank')).toBe('<https://evil.example>|bank');
  });
});

describe('clip', () => {
  it.each([
    ['short', 10, 'short'],
    ['exactly ten', 11, 'exactly ten'],
    ['longer than that', 7, 'longer…'],
    ['ab&amp;cd', 6, 'ab…'],
    ['ab&amp;cd', 8, 'ab&amp;…'],
    ['ab😀cd', 4, 'ab…'],
    ['by <@U01ANA> now', 9, 'by…'],
    ['<!date^1^{time}|x> and more', 10, '…'],
  ])('cuts %j to %i', (text, max, expected) => {
    expect(clip(text, max)).toBe(expected);
    expect(clip(text, max).length).toBeLessThanOrEqual(max);
  });

  it('never leaves half a character, entity or token, wherever it cuts', () => {
    const text = 'x😀&amp;<@U01ANA>&lt;<!date^1700000000^{time}|2026-03-01 09:00 UTC>é';
    for (let max = 1; max <= text.length; max += 1) {
      const clipped = clip(text, max);
      expect(clipped.length).toBeLessThanOrEqual(max);
      expect(() => encodeURIComponent(clipped)).not.toThrow();
      expect(clipped.replaceAll(/&(amp|lt|gt);|<[^<>]*>/g, '')).not.toMatch(/[&<>]/);
    }
  });
});

describe('splitText', () => {
  it('cuts at the end of a line or word and loses nothing that fits', () => {
    const text = Array.from({ length: 40 }, (_, index) => `line ${index} of text`).join('\n');
    const pieces = splitText(text, 200, 10);
    expect(pieces.every((piece) => piece.length <= 200)).toBe(true);
    expect(pieces.join('\n')).toBe(text);
  });

  it('ends with an ellipsis when there is no room', () => {
    const pieces = splitText('word '.repeat(500), 100, 2);
    expect(pieces).toHaveLength(2);
    expect(pieces[1]).toMatch(/…$/);
  });
});

describe('quote', () => {
  it('marks every line, whatever breaks it', () => {
    expect(quote('a\nb\r\nc\u2028d')).toBe('> a\n> b\n> c\n> d');
  });
});
