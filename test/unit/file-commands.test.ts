import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { runCheckWorkflow } from '../../src/operator/run-check-workflow.ts';
import { runSimulate } from '../../src/operator/run-simulate.ts';

const refund = `
name: Refund
inputsSchema: { type: object }
steps:
  - name: ok
    type: HUMAN
    assignees: [bo@example.com]
    inputsTemplate: { message: Pay it? }
    deadline: { after: 2d, then: escalate, escalateTo: ["@lead"] }
    handoffs:
      - { condition: approved, to: complete }
      - { condition: rejected, to: complete }
`;
const scenario = (name: string, status: string): string => `
  - name: ${name}
    moves: [{ type: decide, outcome: rejected, comment: No }]
    expect: { status: ${status} }
`;

describe('a workflow in a file', () => {
  let folder: string;
  let printed: string[];
  let told: string[];
  const print = (text: string): void => void printed.push(text);
  const tell = (text: string): void => void told.push(text);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'baton-files-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  beforeEach(() => {
    printed = [];
    told = [];
  });

  async function file(name: string, text: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  }
  const simulate = (...args: string[]): Promise<number> =>
    runSimulate(args, { print, tell, clock: systemClock });
  const check = (...args: string[]): Promise<number> => runCheckWorkflow(args, { print, tell });

  it('is checked, also with others, and ends with 1 for an error', async () => {
    const good = await file('good.yaml', refund);
    const bad = await file('bad.yaml', refund.replace('      - { condition: rejected, to: complete }\n', ''));
    expect(await check(good)).toBe(0);
    expect(await check(good, bad)).toBe(1);
    expect(printed.at(-1)).toMatch(/bad\.yaml: Refund\n {2}error outcome-without-handoff: .*\n {4}path: ok/);
    expect(await check(bad, '--json')).toBe(1);
    expect(JSON.parse(printed.at(-1) ?? '')).toMatchObject({
      file: bad,
      findings: [{ rule: 'outcome-without-handoff' }],
    });
  });

  it('is named where it is no workflow, and how to call the command is said', async () => {
    const wrong = await file('wrong.yaml', 'name: Refund\nsteps: [{ name: ok }]\n');
    await expect(check(wrong)).rejects.toThrow(/wrong\.yaml: The definition is not right: .*steps\/0/);
    await expect(simulate(wrong)).rejects.toThrow(/wrong\.yaml: /);
    expect([await check(), await check('--help'), await simulate(), await simulate('--help')]).toEqual([
      2, 0, 2, 0,
    ]);
    expect(told.join('\n')).toContain('Usage: npm run simulate -- FILE.yaml');
  });

  it('is tried out, and ends with 1 when a handoff is never taken', async () => {
    expect(await simulate(await file('tried.yaml', refund))).toBe(0);
    expect(printed.at(-1)).toMatch(/^Refund\n2 of 2 handoffs covered: every one\./);
    expect(printed.at(-1)).not.toContain('scenario');
    const never = `${refund}  - { name: lost, type: USER_MESSAGE, inputsTemplate: { message: Hello } }\n`;
    expect(await simulate(await file('never.yaml', never))).toBe(1);
    expect(printed.at(-1)).toContain('Never taken: lost → complete');
  });

  it('has its scenarios played, and ends with 1 when one fails', async () => {
    const passing = `${refund}scenarios:${scenario('Boss says no', 'COMPLETED')}`;
    expect(await simulate(await file('passing.yaml', passing))).toBe(0);
    expect(printed.at(-1)).toMatch(
      /\n\nIts scenario passes:\n {2}passes {2}Boss says no: completed, by way of ok$/,
    );
    expect(await simulate(await file('failing.yaml', `${passing}${scenario('It stops', 'FAILED')}`))).toBe(1);
    expect(printed.at(-1)).toMatch(
      /1 of 2 scenarios fails:\n[^]*FAILS {2}It stops: It is to end as FAILED, and it is COMPLETED/,
    );
  });
});
