/** How the Web API refuses: `error`, and the lines of `response_metadata.messages`. */
export interface Refusal {
  error: string;
  messages: string[];
}

/** Collects what is wrong with a payload, in the words that Slack uses in `response_metadata.messages`. */
export class ProblemList {
  readonly messages: string[] = [];

  /** `pointer` is a JSON Pointer into what was sent, for example `/blocks/0/text`. */
  add(pointer: string, message: string): void {
    this.messages.push(`[ERROR] ${message} [json-pointer:${pointer}]`);
  }

  /** Adds a problem when a text is empty or longer than `maxLength` characters. */
  checkText(pointer: string, text: string, maxLength: number): void {
    if (text.length === 0) this.add(pointer, 'must be more than 0 characters');
    if (text.length > maxLength) this.add(pointer, `must be less than ${maxLength + 1} characters`);
  }

  /** Adds a problem when a list has fewer than `minItems` or more than `maxItems` items. */
  checkCount(pointer: string, count: number, minItems: number, maxItems: number): void {
    if (count < minItems) this.add(pointer, `must have at least ${minItems} items`);
    if (count > maxItems) this.add(pointer, `no more than ${maxItems} items allowed`);
  }
}
