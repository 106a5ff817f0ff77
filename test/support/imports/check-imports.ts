import { findCycles } from './find-cycles.ts';
import { LAYER_RULES, type Layer, layerOf } from './layers.ts';
import { type ModuleImport, type ModuleSyntax, readImports } from './read-imports.ts';
import { isRelative, packageName, resolveFrom } from './specifier.ts';

/** Sources by their path from the root, with forward slashes. */
export type SourceTree = Readonly<Record<string, string>>;

export interface ImportChecks {
  /** The packages that are installed where the program runs. */
  readonly dependencies: readonly string[];
}

/** Everything in the tree that breaks the import rules, as `path:line what is wrong`; empty when all is well. */
export function checkImports(tree: SourceTree, checks: ImportChecks): string[] {
  const problems: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [path, source] of Object.entries(tree)) {
    const syntax = readImports(source);
    problems.push(...checkFile(path, syntax, tree, checks));
    graph.set(path, importedPaths(path, syntax));
  }
  for (const cycle of findCycles(graph)) problems.push(`${cycle[0]}:1 imports itself: ${cycle.join(' -> ')}`);
  return problems;
}

function checkFile(path: string, syntax: ModuleSyntax, tree: SourceTree, checks: ImportChecks): string[] {
  const layer = layerOf(path);
  if (layer === null) return [`${path}:1 lies in no layer: give its folder a rule in layers.ts`];
  const problems: string[] = [];
  if (syntax.barrel) problems.push(`${path}:1 only hands on what other files export`);
  const mayReadEnvironment = layer === 'config' || layer === 'test';
  if (syntax.processEnvLine !== null && !mayReadEnvironment) {
    problems.push(`${path}:${syntax.processEnvLine} reads process.env outside src/config.ts`);
  }
  for (const entry of syntax.imports) {
    const problem = checkImport(path, layer, entry, tree, checks);
    if (problem !== null) problems.push(`${path}:${entry.line} ${problem}`);
  }
  return problems;
}

function checkImport(
  path: string,
  layer: Layer,
  entry: ModuleImport,
  tree: SourceTree,
  checks: ImportChecks,
): string | null {
  const { specifier } = entry;
  if (specifier === null) return layer === 'test' ? null : 'imports a module whose name is computed';
  if (!isRelative(specifier)) return checkPackage(layer, entry, specifier, checks);
  if (!specifier.endsWith('.ts')) return `imports ${specifier} without .ts`;
  const target = resolveFrom(path, specifier);
  if (!(target in tree)) return `imports ${specifier}, which is not there`;
  const targetLayer = layerOf(target);
  if (targetLayer === null || targetLayer === layer) return null;
  const { layers, types = [] } = LAYER_RULES[layer];
  if (layers.includes(targetLayer)) return null;
  if (!types.includes(targetLayer)) return `imports ${target}: ${layer} may not import ${targetLayer}`;
  return entry.typeOnly ? null : `imports ${target}: ${layer} may import only types of ${targetLayer}`;
}

function checkPackage(
  layer: Layer,
  entry: ModuleImport,
  specifier: string,
  checks: ImportChecks,
): string | null {
  if (layer === 'test') return null;
  const name = packageName(specifier);
  const { packages, packageTypes = [] } = LAYER_RULES[layer];
  if (packageTypes.includes(name)) {
    return entry.typeOnly ? null : `imports ${specifier}: ${layer} may import only types of it`;
  }
  if (packages !== undefined && !packages.includes(name)) {
    return `imports ${specifier}, which ${layer} may not use`;
  }
  if (name === 'node:process') return `imports ${specifier}: the environment is read in src/config.ts`;
  const installed = name.startsWith('node:') || checks.dependencies.includes(name);
  if (entry.typeOnly || installed) return null;
  return `imports ${specifier}, which is no dependency in package.json`;
}

function importedPaths(path: string, syntax: ModuleSyntax): string[] {
  return syntax.imports.flatMap(({ specifier }) =>
    specifier !== null && isRelative(specifier) ? [resolveFrom(path, specifier)] : [],
  );
}
