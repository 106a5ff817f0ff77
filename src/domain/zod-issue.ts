import { z } from 'zod';
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

/**
 * A value from outside in its right form, or everything that is wrong with it. Throws nothing, whatever it is given: zod
 * compares the `length` of what stands in the place of a text or a list, and an object there may refuse to be compared.
 */
export function readUntrusted<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.ZodSafeParseResult<z.output<Schema>> {
  try {
    return schema.safeParse(value, { error: explainMissing });
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    const message = 'has an object where a text or a list is expected';
    const error = new z.ZodError([{ code: 'custom', path: [], message, input: value }]);
    return { success: false, error: error as z.ZodError<z.output<Schema>> };
  }
}

/** For zod's `error`: what is not there is required. */
export function explainMissing(issue: z.core.$ZodRawIssue): string | undefined {
  return issue.code === 'invalid_type' && issue.input === undefined ? 'is required' : undefined;
}

function afterPath(message: string): string {
  return message.replace(/^Invalid input: expected /, 'must be of type ').replace(/^Too /, 'is too ');
}
