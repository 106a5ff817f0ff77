import { describe, expect, it } from 'vitest';
import type { PendingApproval } from '../../src/domain/agent-run.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { showArguments } from '../../src/domain/shown-arguments.ts';
import { toToolApproval } from '../../src/domain/tool-approval.ts';
import { digestToolCall } from '../../src/domain/tool-server.ts';

function call(args: JsonObject, more: Partial<PendingApproval> = {}): PendingApproval {
  const ref = { server: 'crm', tool: 'refund' };
  return { callId: 'c', ...ref, arguments: args, digest: digestToolCall(ref, args), ...more };
}

describe('what a person reads before they allow a call', () => {
  it('is the tool and all arguments, as they are', () => {
    const { message, whole } = toToolApproval('Checker', [call({ customer: 'Acme', amount: 420 })]);
    expect(message.split('\n')[0]).toBe('Let the agent Checker call refund (crm)?');
    expect(message).toContain('"customer": "Acme"');
    expect(message).toContain('"amount": 420');
    expect(whole).toBeUndefined();
  });

  it('hides no argument behind a long one, and says how much of that is left out', () => {
    const args = { note: 'a'.repeat(20_000), amount: 99_999, then: { to: 'b'.repeat(9_000), iban: 'DE02' } };
    const { message, whole } = toToolApproval('Checker', [call(args)]);
    expect(message.length).toBeLessThan(8_900);
    expect(message).toContain('"amount": 99999');
    expect(message).toContain('"iban": "DE02"');
    expect(message).toContain('(cut: 20000 characters)');
    expect(whole).toContain('a'.repeat(20_000));
    expect(whole).toContain('b'.repeat(9_000));
  });

  it('hides no call behind the calls before it', () => {
    const many = Array.from({ length: 12 }, (_, index) =>
      call({ note: 'x'.repeat(4_000), index }, { callId: `c-${index}`, tool: `refund-${index}` }),
    );
    const { message, whole } = toToolApproval('Checker', many);
    expect(message.length).toBeLessThan(9_500);
    for (const index of many.keys()) {
      expect(message).toContain(`refund-${index} of crm`);
      expect(message).toContain(`"index": ${index}`);
    }
    expect(whole?.match(/x{4000}/g)).toHaveLength(12);
  });

  it('is said to be cut when so many calls have long names that they do not all find room', () => {
    const many = Array.from({ length: 32 }, (_, index) =>
      call({ amount: index }, { callId: `c-${index}`, tool: `${'t'.repeat(250)}-${index}` }),
    );
    const { message, whole } = toToolApproval('Checker', many);
    expect(message.length).toBeGreaterThan(8_500);
    expect(whole).toContain('"amount": 31');
    const few = many.slice(0, 12);
    expect(toToolApproval('Checker', few).whole).toBeUndefined();
  });

  it('is cut only at its end when it has too many arguments to name them', () => {
    const args = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`field_${index}`, index]));
    const { text, isWhole } = showArguments(args, 3_000);
    expect(text.length).toBeLessThan(3_000);
    expect(text).toContain('"field_0": 0');
    expect(text).toContain('… (cut: it is');
    expect(isWhole).toBe(false);
  });

  it('writes out what is not seen, or turns the text around it', () => {
    const args = {
      to: 'ev\u202eli\u200b',
      tag: '\u{e0041}',
      blank: '\u3164\u2800',
      family: '👩\u200d👧 ❤\ufe0f',
    };
    const { text } = showArguments(args, 1_000);
    expect(text).toContain('ev\\u202eli\\u200b');
    expect(text).toContain('\\u3164\\u2800');
    expect(text).toContain('❤\ufe0f');
    expect(text).toContain('\\udb40\\udc41');
    expect(text).toContain('👩\u200d👧');
  });

  it('shows no secret, neither cut nor whole', () => {
    const { message, whole } = toToolApproval('Checker', [
      call({ api_key: 'k-12345', note: 'a'.repeat(20_000) }),
    ]);
    expect(message).not.toContain('k-12345');
    expect(whole).not.toContain('k-12345');
  });
});
