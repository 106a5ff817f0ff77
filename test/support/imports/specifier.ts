import { posix } from 'node:path';

/** Whether it names a file rather than a package. */
export function isRelative(specifier: string): boolean {
  return /^[./]/.test(specifier);
}

/** `@a/b/c` -> `@a/b`, `a/b` -> `a`, `node:fs/promises` -> `node:fs`. */
export function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The path from the root that a relative specifier in the file `path` names. */
export function resolveFrom(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier);
}
