/** Repetitions that are written out at most. */
const maxRepeats = 200;
const maxLength = 2_000;

/**
 * A few texts that an ordinary pattern matches: the shortest that it asks for, and one with more. A pattern with
 * what is not known here (look-behind, references, classes of Unicode) gives texts that do not match, or none.
 */
export function samplePattern(pattern: string): string[] {
  return [0, 1].flatMap((more) => {
    const text = new PatternReader(pattern, more).read();
    return text === null ? [] : [text];
  });
}

/** Reads a pattern from left to right, and writes a text that it matches. */
class PatternReader {
  readonly #source: string;
  /** How often more than needed a repeated part is written. */
  readonly #more: number;
  #at = 0;

  constructor(source: string, more: number) {
    this.#source = source;
    this.#more = more;
  }

  read(): string | null {
    const text = this.#options();
    return this.#at < this.#source.length || text.length > maxLength ? null : text;
  }

  /** Alternatives: the first one. */
  #options(): string {
    const first = this.#sequence();
    while (this.#takes('|')) this.#sequence();
    return first;
  }

  #sequence(): string {
    let text = '';
    while (this.#at < this.#source.length && !'|)'.includes(this.#peek())) {
      const part = this.#part();
      text += part.repeat(this.#repeats());
      if (text.length > maxLength) return text;
    }
    return text;
  }

  #part(): string {
    const character = this.#next();
    switch (character) {
      case '^':
      case '$':
        return '';
      case '.':
        return 'a';
      case '(':
        return this.#group();
      case '[':
        return this.#set();
      case '\\':
        return this.#escape();
      default:
        return character;
    }
  }

  #group(): string {
    const flags = /^\?(?:P?<[^>]*>|[a-z-]*:|[=!])/.exec(this.#source.slice(this.#at))?.[0] ?? '';
    this.#at += flags.length;
    const text = this.#options();
    this.#takes(')');
    return flags === '?!' || flags === '?=' ? '' : text;
  }

  /** A character of the set: its first, or for an excluding set one that is not in it. */
  #set(): string {
    const isExcluding = this.#takes('^');
    const parts: string[] = [];
    while (this.#at < this.#source.length && (this.#peek() !== ']' || parts.length === 0)) {
      const character = this.#next();
      parts.push(character === '\\' ? this.#escape() : character);
    }
    this.#takes(']');
    if (!isExcluding) return parts[0] ?? '';
    const listed = parts.join('');
    return Array.from('azAZ09_- .').find((candidate) => !listed.includes(candidate)) ?? 'é';
  }

  #escape(): string {
    const character = this.#next();
    const samples: Record<string, string> = {
      d: '1',
      w: 'a',
      s: ' ',
      D: 'a',
      W: ' ',
      S: 'a',
      n: '\n',
      t: '\t',
    };
    return 'bBAzZ'.includes(character) ? '' : (samples[character] ?? character);
  }

  #repeats(): number {
    const found = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(this.#source.slice(this.#at));
    if (found === null) return 1;
    this.#at += found[0].length;
    const [all, least, open, most] = found;
    if (least === undefined) return all.startsWith('+') ? 1 + this.#more : this.#more;
    const limit = open === undefined ? Number(least) : most === '' ? maxRepeats : Number(most);
    return Math.min(Number(least) + this.#more, limit, maxRepeats);
  }

  #takes(character: string): boolean {
    if (this.#source[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #peek(): string {
    return this.#source[this.#at] ?? '';
  }

  #next(): string {
    const character = this.#peek();
    this.#at += 1;
    return character;
  }
}
