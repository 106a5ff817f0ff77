import { deriveId } from '../src/domain/ids.ts';

/** The block of what has this name: by the name where it can be a part of an id, the same for the same name always. */
export function blockNamed(prefix: string, name: string): string {
  return `${prefix}_${/^[\w.-]{1,150}$/.test(name) ? name : deriveId('name', name)}`;
}
