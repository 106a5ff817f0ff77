import type { BoardAnswer, BoardVisitor } from './board-visitor.ts';

/** A form of a page, filled in by the labels that people read. */
export interface PageForm {
  /** Where it is sent, as the page says. */
  action: string;
  /** The name of the input with this label. @throws when there is none */
  nameOf(label: string): string;
  /** The labels of an input's options, by their values. Empty where the input is none to choose from. */
  optionsOf(label: string): Map<string, string>;
  /** Sends it with everything that it was filled in with already, and what is given by label. Options are named by their labels. */
  send(visitor: BoardVisitor, given?: Readonly<Record<string, string>>): Promise<BoardAnswer>;
}

/** Reads the form of a page: the one that follows `after`, or the last one. @throws when there is none */
export function readForm({ text }: Pick<BoardAnswer, 'text'>, after?: string): PageForm {
  const main = text.slice(text.indexOf('<main'));
  const start = after === undefined ? main.lastIndexOf('<form') : main.indexOf('<form', main.indexOf(after));
  if (start === -1 || (after !== undefined && !main.includes(after)))
    throw new Error(`no form after ${after}`);
  const markup = main.slice(start, main.indexOf('</form>', start));
  const action = unescape(/action="([^"]+)"/.exec(markup)?.[1] ?? '');
  const ids = new Map(
    [...markup.matchAll(/<label for="([^"]+)">([^<]*?)\s*(?:<span[^>]*>[^<]*<\/span>)?<\/label>/g)].map(
      ([, id = '', label = '']) => [unescape(label), id],
    ),
  );

  function controlOf(label: string): string {
    const id = ids.get(label);
    if (id === undefined) throw new Error(`no input "${label}" among ${[...ids.keys()].join(', ')}`);
    const at = markup.indexOf(`id="${id}"`);
    const open = markup.lastIndexOf('<', at);
    const end = markup.startsWith('<select', open)
      ? markup.indexOf('</select>', at)
      : markup.indexOf('>', at);
    return markup.slice(open, end);
  }
  const nameOf = (label: string): string => unescape(/name="([^"]+)"/.exec(controlOf(label))?.[1] ?? '');
  const optionsOf = (label: string): Map<string, string> =>
    new Map(
      [...controlOf(label).matchAll(/<option value="([^"]*)"[^>]*>([^<]*)/g)].map(
        ([, value = '', text = '']) => [unescape(value), unescape(text)],
      ),
    );

  return {
    action,
    nameOf,
    optionsOf,
    send(visitor, given = {}) {
      const body = prefilled(markup);
      for (const [label, value] of Object.entries(given)) {
        const options = optionsOf(label);
        const option = [...options].find(([, said]) => said === value)?.[0];
        if (options.size > 0 && option === undefined)
          throw new Error(`"${label}" offers ${[...options.values()].join(', ')}, not ${value}`);
        body[nameOf(label)] = option ?? value;
      }
      return visitor.post(action, body);
    },
  };
}

/** What a browser would send of a form that nobody has touched. */
function prefilled(markup: string): Record<string, string> {
  const body: Record<string, string> = {};
  for (const [tag] of markup.matchAll(/<input [^>]*>/g)) {
    const [name, value] = [attribute(tag, 'name'), attribute(tag, 'value')];
    const isChoice = /type="(?:checkbox|radio)"/.test(tag);
    if (name !== '' && (!isChoice || / checked/.test(tag))) body[name] = value;
  }
  for (const [, name = '', value = ''] of markup.matchAll(/<textarea [^>]*name="([^"]+)"[^>]*>([^<]*)/g))
    body[unescape(name)] = unescape(value);
  for (const [, name = '', options = ''] of markup.matchAll(
    /<select [^>]*name="([^"]+)"[^>]*>(.*?)<\/select>/gs,
  )) {
    const chosen = /<option value="([^"]*)" selected/.exec(options)?.[1];
    const first = /<option value="([^"]*)"/.exec(options)?.[1];
    body[unescape(name)] = unescape(chosen ?? first ?? '');
  }
  return body;
}

function attribute(tag: string, name: string): string {
  return unescape(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
}

function unescape(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
