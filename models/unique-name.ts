import { ConflictError } from '../src/errors.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';

/** What two names that people would take for the same have in common; kept in a unique index. */
export function nameKeyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/**
 * Writes something that has a unique name.
 *
 * @param kind with its article: "an agent"
 * @throws ConflictError when another one has the name
 */
export async function orNameTaken<T>(kind: string, name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    throw new ConflictError(`There is already ${kind} called "${name}". Choose another name.`, 'name-taken');
  }
}
