import { describe, expect, it } from 'vitest';
import { markdownBlocks } from '../../../blocks/markdown/markdown-blocks.ts';
import { collectMrkdwn, expectNothingHostile, expectSlackAccepts, hostileText } from './slack-accepts.ts';

const roomy = { chars: 10_000, blocks: 20 };

function shown(text: string, max = roomy): string {
  return collectMrkdwn(markdownBlocks(text, max).blocks).join('\n---\n');
}

describe('Markdown of a model in Slack', () => {
  it.each([
    ['a heading is bold', '## The *terms*', '*The terms*'],
    ['emphasis', 'a **b** *c* ~~d~~', 'a *b* _c_ ~d~'],
    ['bold around an asterisk stays one bold', '**2 * 3**', '*2 ∗ 3*'],
    ['code', 'run `a && b`', 'run `a &amp;&amp; b`'],
    ['a list in a list', '- one\n- two\n  1. x\n  2. y', '• one\n• two\n    1. x\n    2. y'],
    ['a list of tasks', '- [x] done\n- [ ] open', '• ☑ done\n• ☐ open'],
    ['a quotation', '> said\n> twice', '> said\n> twice'],
    ['a code block', '```js\nif (a < b) {}\n```', '```\nif (a &lt; b) {}\n```'],
    [
      'a link to the web',
      '[docs](https://example.com/a?b=1&c=2)',
      '<https://example.com/a?b=1&amp;c=2|docs>',
    ],
    ['a link that names another address', '[bank.com](https://evil.example)', '<https://evil.example>'],
    ['a link to no web', '[click](javascript:alert(1))', 'click'],
    ['an image', '![the chart](https://example.com/c.png)', '<https://example.com/c.png|the chart>'],
    ['an entity', 'a &lt; b &amp; c', 'a &lt; b &amp; c'],
    ['HTML', 'a <b>b</b>', 'a &lt;b&gt;b&lt;/b&gt;'],
    ['an escaped mark', '\\*not bold\\*', '*not bold*'],
    ['paragraphs', 'one\n\ntwo', 'one\n\ntwo'],
  ])('%s', (_, markdown, expected) => {
    expect(shown(markdown)).toBe(expected);
  });

  it('lines up the columns of a table', () => {
    expect(shown('|Item|Cost|\n|-|-:|\n|A long name|1|')).toBe(
      '```\nItem         Cost\n───────────  ────\nA long name  1\n```',
    );
  });

  it('draws a rule as one', () => {
    const { blocks } = markdownBlocks('one\n\n---\n\ntwo', roomy);
    expect(blocks.map(({ type }) => type)).toEqual(['section', 'divider', 'section']);
  });

  it('brings nothing to life, wherever it stands', async () => {
    const everywhere = `# ${hostileText}\n\n- ${hostileText}\n\n> ${hostileText}\n\n\`\`\`\n${hostileText}\n\`\`\`\n\n|a|\n|-|\n|<!channel>|\n\n[<!channel>](https://x.example) \`<!here>\` ![<@U0EVIL>](https://x.example)`;
    const { blocks } = markdownBlocks(everywhere, roomy);
    const text = collectMrkdwn(blocks).join('\n').replaceAll('<https://x.example|', '');
    expectNothingHostile(text);
    expect(text).not.toMatch(/<[!@#]/);
    await expectSlackAccepts({ text: 'x', blocks });
  });

  it('is cut to its room, says so, and keeps the fences of its code', async () => {
    const long = `\`\`\`\n${'a line of code\n'.repeat(2_000)}\`\`\``;
    const { blocks, isWhole } = markdownBlocks(long, { chars: 6_000, blocks: 12 });
    expect(isWhole).toBe(false);
    for (const text of collectMrkdwn(blocks)) expect(text).toMatch(/^```\n[^]*\n```$/);
    expect(collectMrkdwn(blocks).join('').length).toBeLessThanOrEqual(6_000);
    await expectSlackAccepts({ text: 'x', blocks });
    const many = markdownBlocks(Array(40).fill('x\n\n---').join('\n\n'), { chars: 6_000, blocks: 12 });
    expect(many.blocks.length).toBeLessThanOrEqual(12);
    expect(many.isWhole).toBe(false);
  });

  it('shows a line of a megabyte, and what no reader can take, all the same', async () => {
    for (const text of [
      'x'.repeat(1_000_000),
      '>'.repeat(100_000),
      '[a]('.repeat(100_000),
      '🧑‍🤝‍🧑'.repeat(50_000),
    ]) {
      const { blocks, isWhole } = markdownBlocks(text, { chars: 6_000, blocks: 12 });
      expect(isWhole).toBe(false);
      expect(blocks.length).toBeGreaterThan(0);
      await expectSlackAccepts({ text: 'x', blocks });
    }
  });

  it('says that a short text is whole', () => {
    expect(markdownBlocks('All good.', roomy).isWhole).toBe(true);
    expect(markdownBlocks('', roomy)).toEqual({ blocks: [], isWhole: true });
  });
});
