const maxNameLength = 63;
const reserved = new Set(['complete', 'constructor', 'prototype', '__proto__']);

/**
 * An identifier made from a title in people's words, different from those that are `taken`: "Manager OK?"
 * gives `manager_ok`. A title with no Latin letter or digit gives `step_<n>`.
 */
export function stepNameFrom(title: string, taken: readonly string[]): string {
  const words = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const base = /^[0-9]/.test(words) ? `step_${words}` : words;
  const first = base.slice(0, maxNameLength).replace(/_+$/, '');
  const isFree = (name: string): boolean => name !== '' && !taken.includes(name) && !reserved.has(name);
  if (isFree(first)) return first;
  const stem = first === '' ? 'step' : first.slice(0, maxNameLength - 6);
  let count = first === '' ? taken.length + 1 : 2;
  while (!isFree(`${stem}_${count}`)) count += 1;
  return `${stem}_${count}`;
}
