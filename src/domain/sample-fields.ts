import type { JsonObject, JsonValue } from './json.ts';

/** How many objects are made of their fields' values. */
const maxObjects = 600;

/**
 * Objects of these values, `undefined` standing for a field that is left out: every combination when there are
 * few; else each value of each field at least once, and each pair of neighbours in many.
 */
export function combineFields(
  choices: ReadonlyMap<string, readonly (JsonValue | undefined)[]>,
): JsonObject[] {
  const fields = [...choices].filter(([, values]) => values.length > 0);
  const count = fields.reduce((product, [, values]) => product * values.length, 1);
  return count <= maxObjects ? everyObject(fields) : someObjects(fields);
}

type Field = [name: string, values: readonly (JsonValue | undefined)[]];

function everyObject(fields: readonly Field[]): JsonObject[] {
  return fields.reduce<JsonObject[]>(
    (objects, [name, values]) =>
      objects.flatMap((object) =>
        values.map((value) => (value === undefined ? object : { ...object, [name]: value })),
      ),
    [{}],
  );
}

function someObjects(fields: readonly Field[]): JsonObject[] {
  const pick = (choose: (values: readonly (JsonValue | undefined)[], at: number) => number): JsonObject => {
    const entries = fields.flatMap(([name, values], at): [string, JsonValue][] => {
      const value = values[choose(values, at) % values.length];
      return value === undefined ? [] : [[name, value]];
    });
    return Object.fromEntries(entries);
  };
  const least = pick((values) => (values.at(-1) === undefined ? values.length - 1 : 0));
  const objects: JsonObject[] = [pick(() => 0), least];
  // One field at a time, the others as in the first; then neighbours together.
  for (const [place, [, values]] of fields.entries()) {
    for (let index = 1; index < values.length; index += 1)
      objects.push(pick((_values, at) => (at === place ? index : 0)));
  }
  for (const [place, [, values]] of fields.entries()) {
    for (let index = 1; index < values.length; index += 1) {
      for (let other = 1; other < (fields[place + 1]?.[1].length ?? 0); other += 1)
        objects.push(pick((_values, at) => (at === place ? index : at === place + 1 ? other : 0)));
    }
  }
  // Then a walk through the rest that is the same each time.
  let state = 1;
  while (objects.length < maxObjects) {
    objects.push(
      pick(() => {
        state = (state * 48_271) % 2_147_483_647;
        return state;
      }),
    );
  }
  return objects.slice(0, maxObjects);
}
