import { describe, expect, it } from 'vitest';
import { escapeMrkdwn } from '../../blocks/escape.ts';
import { slackTime } from '../../blocks/people.ts';
import { renderSlackText } from '../../src/local/slack-preload/slack-text.ts';

const reader = { now: new Date('2026-11-21T11:46:00Z'), timeZone: 'UTC' };

function render(text: string): string {
  return renderSlackText(text, reader);
}

describe('a Slack text on the page of the local workspace', () => {
  it('has the dates of the bot written out', () => {
    const started = slackTime(new Date('2026-11-21T11:46:41Z'));

    expect(render(`Started ${started}, due ${slackTime(new Date('2026-11-23T09:00:00Z'))}`)).toBe(
      'Started Today at 11:46 AM, due Nov 23 at 9:00 AM',
    );
  });

  it.each([
    ['<!date^1^{date_num}^https://a.example/?x=1&amp;y=2|then>', '<https://a.example/?x=1&y=2|1970-01-01>'],
    ['<!date^99999999999999^{date}|once upon a time>', 'once upon a time'],
    ['<!date^0^{date_num}>', '1970-01-01'],
    ['<!date^soon^{date}|soon>', '<!date^soon^{date}|soon>'],
  ])('has links, fallbacks and broken ones of %s', (text, shown) => {
    expect(render(text)).toBe(shown);
  });

  it('shows what people have written as they wrote it', () => {
    const written = 'Acme <!channel> & Co, a < b > c, R&amp;D &lt;x&gt; <!here|x> <!date^1^{date}|x>';

    expect(render(escapeMrkdwn(written))).toBe(written);
  });

  it.each(['<@U01ANA>', '<#C01GEN>', '<https://a.example|b>', '<http://a.example>'])(
    'brings no %s to life that was escaped',
    (live) => {
      expect(render(escapeMrkdwn(live))).toBe(live.replace('<', '<\u200b'));
      expect(render(live)).toBe(live);
    },
  );

  it.each([
    ['<!here>, look', '@here, look'],
    ['<!channel|channel>', '@channel'],
    ['<!subteam^S01FIN|@finance>', '@finance'],
    ['<!subteam^S01FIN>', '@S01FIN'],
  ])('has names for groups: %s is %s', (text, shown) => {
    expect(render(text)).toBe(shown);
  });

  it('has blocks of code line by line, since the page knows no others', () => {
    expect(render('Paste this:\n```\ncurl -d "a" \\\n\n  https://a.example\n```\nDone')).toBe(
      'Paste this:\n`curl -d "a" \\`\n\n`  https://a.example`\nDone',
    );
    expect(render('```\n{\n  "amount": 420\n}\n```')).toBe('`{`\n`\u00a0\u00a0"amount": 420`\n`}`');
  });

  it('has links that end where they should', () => {
    expect(render('<https://a.example/?x=1&amp;y=&lt;z&gt;|a &lt;b&gt; &amp; c>')).toBe(
      '<https://a.example/?x=1&y=%3Cz%3E|a <b› & c>',
    );
  });
});
