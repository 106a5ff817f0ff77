const maxLength = 80;

/** What a schedule is called that was given no name: when it runs, told apart from the names that are `taken`. */
export function nameFromWords(words: string, taken: readonly string[]): string {
  const known = new Set(taken.map((name) => name.toLowerCase()));
  const base = baseOf(words);
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? base : `${base} (${count})`;
    if (!known.has(name.toLowerCase())) return name;
  }
}

/** True for a name that was given by nobody: it follows when the schedule is moved. */
export function isNameFromWords(name: string, words: string | null): boolean {
  if (words === null) return false;
  const base = baseOf(words);
  return name.startsWith(base) && /^(?: \(\d+\))?$/.test(name.slice(base.length));
}

/** With room for a number behind it. */
function baseOf(words: string): string {
  return words.slice(0, maxLength - 5).trim();
}
