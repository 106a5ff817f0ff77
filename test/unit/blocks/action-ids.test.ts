import { describe, expect, it } from 'vitest';
import {
  decideActionId,
  decideActionPattern,
  decodeDecision,
  decodeStepRef,
  encodeDecision,
  encodeStepRef,
} from '../../../blocks/action-ids.ts';
import { limits } from '../../../blocks/limits.ts';

const ids = { executionId: 'a'.repeat(24), stepExecutionId: 'b'.repeat(24) };

describe('decisions in button values', () => {
  it.each([null, 'approved', 'Größer als "100" {€}', 'o'.repeat(75)])('keeps the outcome %j', (outcome) => {
    const value = encodeDecision({ ...ids, outcome });
    expect(value.length).toBeLessThanOrEqual(limits.buttonValue);
    expect(decodeDecision(value)).toEqual({ ...ids, outcome });
  });

  it.each([
    undefined,
    '',
    'null',
    '[]',
    '"x"',
    '{"e":1,"s":"b"}',
    '{"e":"a"}',
    '{"e":"a","s":""}',
    '{"e":"a","s":"b","o":null}',
    '{"e":"a","s":{"$ne":1}}',
    'not json',
    42,
  ])('refuses %j', (value) => {
    expect(decodeDecision(value)).toBeNull();
  });

  it('gives the buttons of one block different ids that one pattern matches', () => {
    const actionIds = [0, 1, 12].map(decideActionId);
    expect(new Set(actionIds).size).toBe(3);
    expect(actionIds.every((actionId) => decideActionPattern.test(actionId))).toBe(true);
    expect(decideActionPattern.test('task.decide')).toBe(false);
  });
});

describe('steps in button values', () => {
  it('fit the value of an option', () => {
    const value = encodeStepRef({ workflowId: 'a'.repeat(24), stepId: 'b'.repeat(24) });
    expect(value.length).toBeLessThanOrEqual(limits.optionValue);
    expect(decodeStepRef(value)).toEqual({ workflowId: 'a'.repeat(24), stepId: 'b'.repeat(24) });
  });

  it.each([undefined, '', 'a', 'a:', ':b', 'a:b:c', 3])('refuses %j', (value) => {
    expect(decodeStepRef(value)).toBeNull();
  });
});
