import { isObject, type JsonObject, toObjects } from './json.ts';

/**
 * Buttons that open an address, as the page can show them. The page knows no such buttons, and nothing happens at
 * a click on one: so a block of nothing else becomes a line of links.
 */
export function showLinks(block: JsonObject): JsonObject {
  const elements = toObjects(block['elements']);
  if (block['type'] !== 'actions' || elements.length === 0 || !elements.every(hasUrl)) return block;
  const links = elements.map(({ url, text }) => `<${String(url)}|${labelOf(text)}>`);
  return { type: 'section', text: { type: 'mrkdwn', text: links.join('   ') } };
}

function hasUrl({ type, url }: JsonObject): boolean {
  return type === 'button' && typeof url === 'string';
}

function labelOf(text: unknown): string {
  return isObject(text) ? String(text['text']).replace(/[<>|]/g, ' ') : '';
}
