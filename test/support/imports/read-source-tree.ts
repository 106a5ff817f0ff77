import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { SourceTree } from './check-imports.ts';

/** Every TypeScript source under the given folders of `root`. */
export function readSourceTree(root: string, folders: readonly string[]): SourceTree {
  const tree: Record<string, string> = {};
  for (const folder of folders) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue;
      const path = join(folder, name);
      tree[path.split(sep).join('/')] = readFileSync(join(root, path), 'utf8');
    }
  }
  return tree;
}
