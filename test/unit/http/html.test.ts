import { describe, expect, it } from 'vitest';
import { describeSpan } from '../../../src/http/board/age.ts';
import { html } from '../../../src/http/board/html.ts';

describe('html', () => {
  it('escapes every value, in text and in attributes', () => {
    const value = `<b class="x">Tom & 'Jo'</b>`;
    const escaped = '&lt;b class=&quot;x&quot;&gt;Tom &amp; &#39;Jo&#39;&lt;/b&gt;';
    expect(html`<p title="${value}">${value}</p>`.toString()).toBe(`<p title="${escaped}">${escaped}</p>`);
  });

  it('keeps what html made, alone and in lists, and escapes it only once', () => {
    const items = ['<', '>'].map((text) => html`<li>${text}</li>`);
    expect(html`<ul>${items}</ul>${html`<br>`}${0}`.toString()).toBe(
      '<ul><li>&lt;</li><li>&gt;</li></ul><br>0',
    );
  });
});

describe('a span of time', () => {
  it.each([
    [0, 'moments'],
    [59_999, 'moments'],
    [60_000, '1 min'],
    [3_599_999, '59 min'],
    [3_600_000, '1 h'],
    [86_399_999, '23 h'],
    [3 * 86_400_000, '3 d'],
    [-5_000, 'moments'],
  ])('of %i ms reads "%s"', (ageMs, text) => {
    expect(describeSpan(ageMs)).toBe(text);
  });
});
