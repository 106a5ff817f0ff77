import Handlebars from 'handlebars';
import { maxRenderedLength } from './template-values.ts';

/** Renders over values that `printable` made. The text is at most 40,000 characters; what is longer is cut. */
export type CompiledTemplate = (values: unknown) => string;

type Render = Handlebars.HelperDelegate;

/** How often the bodies of all loops of one text may be rendered together; then the loops end. */
const maxRounds = 5_000;
const handlebars = Handlebars.create();
const builtInEach: Render | undefined = handlebars.helpers['each'];
/** What is left to the text that is being rendered; rendering is synchronous, so there is one at a time. */
const left = { rounds: 0, characters: 0 };

/** A loop whose body is rendered only while there is anything left: a text could be longer than memory otherwise. */
handlebars.registerHelper(
  'each',
  function each(this: unknown, list: unknown, options: Handlebars.HelperOptions) {
    const bounded: Handlebars.HelperOptions = {
      ...options,
      fn: (item: unknown, bodyOptions?: Handlebars.RuntimeOptions) => {
        if (left.rounds <= 0 || left.characters <= 0) return '';
        left.rounds -= 1;
        const text = options.fn(item, bodyOptions);
        left.characters -= text.length;
        return text;
      },
    };
    return builtInEach?.call(this, list, bounded) as unknown;
  },
);

export function parseTemplate(text: string): hbs.AST.Program {
  return handlebars.parse(text);
}

/** The text must have been found to have nothing in it that templates may not have. */
export function compileTemplate(text: string): CompiledTemplate {
  const render = handlebars.compile(text, {
    strict: true,
    noEscape: true,
    knownHelpers: { if: true, unless: true, each: true, with: true, log: false, lookup: false },
    knownHelpersOnly: true,
  });
  return (values) => {
    left.rounds = maxRounds;
    // A loop within a loop counts its text twice.
    left.characters = 2 * maxRenderedLength;
    const rendered = render(values);
    return rendered.length > maxRenderedLength ? `${rendered.slice(0, maxRenderedLength - 1)}…` : rendered;
  };
}
