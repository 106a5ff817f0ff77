import type { FakeMessage } from './fake-workspace.ts';
import { textOf, toObject, toObjects, toText } from './json.ts';

/** The value of an option in the menu beside the section whose text begins like this. @throws when there is none */
export function findMenuValue(message: FakeMessage, sectionStart: string, option: string): string {
  const section = toObjects(message.blocks).find((block) => textOf(block.text).startsWith(sectionStart));
  const options = toObjects(toObject(section?.accessory).options);
  const found = options.find(({ text }) => textOf(text) === option);
  if (found !== undefined) return toText(found.value);
  const offered = options.map(({ text }) => textOf(text)).join(', ');
  throw new Error(`beside "${sectionStart}" there is no "${option}"; there is: ${offered || 'no menu'}`);
}
