import type { SourceTree } from './check-imports.ts';
import { LAYER_RULES, layerOf } from './layers.ts';
import { readImports } from './read-imports.ts';
import { isRelative, packageName, resolveFrom } from './specifier.ts';

/**
 * Every import that `entry` reaches, through any number of files, and that could do I/O: anything but
 * the engine's own files, the domain, and what the domain may import.
 */
export function findImpurities(tree: SourceTree, entry: string): string[] {
  const pure = ['engine', 'domain', ...LAYER_RULES.domain.layers];
  const problems: string[] = [];
  const reached = new Set([entry]);
  for (const path of reached) {
    const source = tree[path];
    if (source === undefined) throw new Error(`${path} is not there.`);
    for (const { specifier, typeOnly, line } of readImports(source).imports) {
      if (typeOnly) continue;
      const target = specifier !== null && isRelative(specifier) ? resolveFrom(path, specifier) : null;
      const allowed =
        target === null
          ? LAYER_RULES.domain.packages?.includes(packageName(specifier ?? ''))
          : pure.includes(layerOf(target) ?? '');
      if (!allowed) problems.push(`${path}:${line} imports ${specifier ?? 'a computed name'}`);
      else if (target !== null) reached.add(target);
    }
  }
  return problems;
}
