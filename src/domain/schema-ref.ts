import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';

type SubSchema = JsonObject | boolean;
const resolved = new WeakMap<JsonObject, Map<string, SubSchema | null>>();

/** Where a reference within one schema leads: `#`, `#/a/b` or `#name`; null when there is no schema. */
export function resolveRef(root: JsonObject, ref: string): SubSchema | null {
  const known = resolved.get(root) ?? new Map<string, SubSchema | null>();
  resolved.set(root, known);
  const cached = known.get(ref);
  if (cached !== undefined) return cached;
  const found = ref.startsWith('#') ? find(root, ref.slice(1)) : null;
  const target = isJsonObject(found) || typeof found === 'boolean' ? found : null;
  known.set(ref, target);
  return target;
}

function find(root: JsonObject, fragment: string): JsonValue | undefined {
  if (fragment === '') return root;
  if (!fragment.startsWith('/')) return findById(root, `#${fragment}`);
  let node: JsonValue | undefined = root;
  for (const token of fragment.slice(1).split('/')) {
    const key = decode(token).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined;
    node = (node as JsonObject)[key];
  }
  return node;
}

function findById(node: JsonValue, id: string): JsonValue | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  if (!Array.isArray(node) && node['$id'] === id) return node;
  for (const item of Object.values(node)) {
    const found = findById(item, id);
    if (found !== undefined) return found;
  }
  return undefined;
}

function decode(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}
