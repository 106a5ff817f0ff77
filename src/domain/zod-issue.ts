import type { z } from 'zod';
import type { FieldError } from '../errors.ts';

/** Says what is wrong in a value from outside, to be read after the path: `name must …`. */
export function describeIssue(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key].join('/'), message: 'is not a known field' }));
    case 'invalid_key':
      return issue.issues.map(({ message }) => ({ path: path.join('/'), message }));
    default:
      return [{ path: path.join('/'), message: afterPath(issue.message) }];
  }
}

/** For zod's `error`: what is not there is required. */
export function explainMissing(issue: z.core.$ZodRawIssue): string | undefined {
  return issue.code === 'invalid_type' && issue.input === undefined ? 'is required' : undefined;
}

function afterPath(message: string): string {
  return message.replace(/^Invalid input: expected /, 'must be of type ').replace(/^Too /, 'is too ');
}
