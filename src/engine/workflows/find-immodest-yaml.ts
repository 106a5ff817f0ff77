/** Many times what the largest workflow that people write needs. What is larger can be sent as JSON. */
const maxYamlLength = 250_000;
const maxMarks = 8_000;
const maxNesting = 100;

/** Whatever can begin or end a node in YAML, wherever it stands; in texts they are counted too. */
const marks = /[[\]{},&*!|>"'%]|[-?:](?=\s|$)/gm;
const compactNesting = new RegExp(`^[^\\S\\n]*(?:[-?:][^\\S\\n]+){${maxNesting}}`, 'm');

/**
 * Looks at a text before a YAML parser does: that takes time and memory with the square of what it reads,
 * so a body of one megabyte can stop or end the process. Takes time in proportion to the text.
 *
 * @returns what is wrong with it; null when the parser may read it
 */
export function findImmodestYaml(text: string): string | null {
  if (text.length > maxYamlLength) {
    return `is longer than ${maxYamlLength} characters: send it as JSON, which may be longer`;
  }
  if (compactNesting.test(text)) return 'is no YAML that can be read: it nests too deep';
  let count = 0;
  let depth = 0;
  for (const [mark] of text.matchAll(marks)) {
    count += 1;
    if (mark === '[' || mark === '{') depth += 1;
    if (mark === ']' || mark === '}') depth = Math.max(0, depth - 1);
    if (depth > maxNesting) return 'is no YAML that can be read: it nests too deep';
    if (count > maxMarks) return 'has too many parts: send it as JSON';
  }
  return null;
}
