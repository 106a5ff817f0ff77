import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { WorkBudget, WorkUsedUp } from '../../src/domain/work-budget.ts';
import { noResources } from '../../src/domain/step-resources.ts';
import { findValue } from '../../src/domain/satisfy/find-value.ts';
import { fitting } from '../../src/domain/satisfy/schema-literal.ts';
import { lintDefinition } from '../../src/engine/lint/lint-definition.ts';
import { createChecker } from '../../src/engine/workflows/checker.ts';
import { definition, human, prompt, wait } from '../support/builders.ts';

/** Counts what is spent, and ends where the check of a workflow would. */
class CountedBudget extends WorkBudget {
  spent = 0;

  override spend(units: number): void {
    if (this.spent <= 2_500_000) this.spent += units;
    super.spend(units);
  }
}

function countedBudget(): CountedBudget {
  return new CountedBudget(2_500_000, 'the workflow asks for more than one check looks at');
}

/** One value, and so much work to look at it: each level asks for the one below it twice. */
function doubling(levels: number): JsonObject {
  const definitions: JsonObject = { d0: { minLength: 1 } };
  for (let level = 1; level <= levels; level += 1) {
    const ref = { $ref: `#/definitions/d${level - 1}` };
    definitions[`d${level}`] = { allOf: [ref, ref] };
  }
  return { definitions, allOf: [{ $ref: `#/definitions/d${levels}` }, { enum: ['never'] }] };
}

describe('what a check may cost', () => {
  it('is shared by everything that fifty steps of fifty conditions each ask', () => {
    const steps = Array.from({ length: 50 }, (_none, at) =>
      wait(`w${at}`, {
        signal: 'go',
        handoffs: Array.from({ length: 50 }, (_, index) => ({
          condition: `c${index}`,
          when: { type: 'object', properties: { [`f${index}`]: { minimum: index } }, required: ['a'] },
          to: `w${(at + index) % 50}`,
        })),
      }),
    );
    const budget = countedBudget();
    const findings = lintDefinition(definition(steps), null, budget);
    expect(budget.spent).toBeGreaterThan(2_500_000);
    expect(budget.spent).toBeLessThan(2_800_000);
    const undecided = findings.filter(({ severity }) => severity === 'undecided');
    expect(undecided.length).toBeGreaterThan(0);
    expect(undecided.some(({ message }) => message.includes('more than one check looks at'))).toBe(true);
    // That a signal may bring nothing, and that nothing leads to the end, is certain without a search.
    const errors = findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
    expect(new Set(errors)).toEqual(new Set(['never-completes', 'outcome-without-handoff']));
  });

  it('counts what each listed value costs, and not how many there are', () => {
    const options = Array.from({ length: 1_000 }, (_none, index) => `v${index}`);
    const budget = countedBudget();
    const found = findValue([fitting({ enum: options }), fitting(doubling(16))], budget);
    expect(found).toEqual({ kind: 'undecided', why: 'there are too many cases' });
    expect(budget.spent).toBeLessThan(800_000);
  });

  it('leaves enough for the other questions when one of them has no end', () => {
    const hostile = { enum: Array.from({ length: 1_000 }, (_none, index) => `v${index}`), ...doubling(16) };
    const found = lintDefinition(
      definition([
        wait('signal', {
          signal: 'go',
          handoffs: [
            { condition: 'a', when: hostile, to: 'ask' },
            { condition: 'default', to: 'ask' },
          ],
        }),
        human('ask', { handoffs: [{ condition: 'approved', to: 'complete' }] }),
      ]),
    );
    const told = found.map(({ severity, rule }) => `${severity} ${rule}`);
    expect(told).toContain('undecided condition-impossible');
    expect(told).toContain('error outcome-without-handoff');
  });

  it('says of options without number that they are too many, before it sets each beside each other', () => {
    const oneOf = Array.from({ length: 20_000 }, () => ({}));
    expect(findValue([fitting({ oneOf })]).kind).toBe('undecided');
  });

  it('is told when not even the exits can be listed', () => {
    const step = human('ask', { outputSchema: doubling(16) });
    const found = lintDefinition(definition([step]), null, new WorkBudget(100, 'too much'));
    expect(found.map(({ severity }) => severity)).toEqual(['undecided']);
  });

  it('ends each time from then on', () => {
    const budget = new WorkBudget(1, 'too much');
    expect(() => budget.spend(2)).toThrow(WorkUsedUp);
    expect(() => budget.spend(0)).toThrow('too much');
  });
});

describe('the check where workflows run', () => {
  it('answers the same workflow from what it has found, until something changes that it depends on', async () => {
    let there = noResources;
    const checker = createChecker({ read: () => Promise.resolve(there) });
    const step = prompt('say', { inputsTemplate: { prompt: 'Hi' } });
    const first = await checker.check(definition([step]));
    expect(await checker.check(definition([step]))).toBe(first);
    expect(await checker.check(definition([{ ...step, description: 'New' }]))).not.toBe(first);
    there = {
      ...noResources,
      providers: [{ name: 'default', models: [], defaultModel: 'm' }],
    };
    expect(await checker.check(definition([step]))).not.toBe(first);
  });
});
