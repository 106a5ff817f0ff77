import type { z } from 'zod';
import type { FieldError } from '../errors.ts';
import { describeIssue, explainMissing } from './zod-issue.ts';

/** The variables that a setting may name, with their values. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** One thing of a list, and where it stands: `PROVIDERS/0`. */
export interface ListedItem<T> {
  item: T;
  path: string;
}

/** What a setting says, and each place of it that is wrong. No message repeats a value, which may be a secret. */
export interface ReadSetting<T> {
  items: T[];
  problems: FieldError[];
}

const maxItems = 100;

/**
 * Reads a setting that is a JSON list of named things. Paths begin with the variable: `PROVIDERS/0/baseUrl`.
 */
export function readSettingList<T extends { name: string }>(
  variable: string,
  text: string | undefined,
  schemaOf: (item: unknown) => z.ZodType<T>,
): ReadSetting<ListedItem<T>> {
  if (text === undefined) return { items: [], problems: [] };
  const list = parseList(text);
  if (list === null) {
    const message = `must be a JSON list of at most ${maxItems} objects, in one line or quoted`;
    return { items: [], problems: [{ path: variable, message }] };
  }
  const items: ListedItem<T>[] = [];
  const problems: FieldError[] = [];
  for (const [index, item] of list.entries()) {
    const path = `${variable}/${index}`;
    const parsed = schemaOf(item).safeParse(item, { error: explainMissing });
    if (parsed.success && items.some((earlier) => earlier.item.name === parsed.data.name)) {
      problems.push({ path: `${path}/name`, message: 'is the name of an earlier one' });
    } else if (parsed.success) {
      items.push({ item: parsed.data, path });
    } else {
      const found = parsed.error.issues.flatMap(describeIssue);
      problems.push(
        ...found.map((wrong) => ({
          path: wrong.path === '' ? path : `${path}/${wrong.path}`,
          message: wrong.message,
        })),
      );
    }
  }
  return { items, problems };
}

function parseList(text: string): unknown[] | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.length <= maxItems ? value : null;
  } catch {
    return null;
  }
}

/** The value of a variable that a setting names. An empty one counts as unset. */
export function readNamedVariable(variables: Variables, name: string): string | null {
  const value = variables[name]?.trim();
  return value === undefined || value === '' ? null : value;
}

/** For a variable that a setting names and that has no value. Its name is not repeated: it may be a key, put there by mistake. */
export const variableNotSet = 'must name an environment variable that is set';
