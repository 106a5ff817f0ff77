import { isId } from '../domain/ids.ts';
import { NotFoundError } from '../errors.ts';

/**
 * An id out of a path. What is no id names nothing.
 *
 * @throws NotFoundError
 */
export function requireId(
  value: string,
  what:
    | 'workflow'
    | 'task'
    | 'plugin'
    | 'event handler'
    | 'delivery'
    | 'team'
    | 'member'
    | 'key'
    | 'agent'
    | 'agent listener'
    | 'batch'
    | 'intake'
    | 'work item'
    | 'callback'
    | 'schedule'
    | 'trigger',
): string {
  if (!isId(value)) throw new NotFoundError(`There is no such ${what}.`);
  return value;
}
