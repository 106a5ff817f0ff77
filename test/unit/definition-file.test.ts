import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StepInput } from '../../src/domain/definition.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import {
  type DefinitionFile,
  exportDefinition,
  formatDefinition,
  importDefinition,
  parseDefinition,
} from '../../src/engine/workflows/definition-file.ts';
import { diffDefinitions } from '../../src/engine/workflows/diff-definitions.ts';
import { sampleWorkflows } from '../../src/composition/sample-workflows.ts';
import { human, userMessage, wait } from '../support/builders.ts';

const file = (more: Partial<DefinitionFile> = {}): DefinitionFile => ({
  name: 'Refund',
  description: '',
  inputsSchema: { type: 'object' },
  steps: [human('ok'), userMessage('tell'), wait('hold', { for: '2d' })],
  ...more,
});

describe('a definition in a file', () => {
  it.each(['yaml', 'json'] as const)('comes back from %s exactly as it was, whatever its texts', (format) => {
    const text = fc.oneof(
      fc.constantFrom(
        'yes',
        'no',
        'null',
        '~',
        '1e3',
        '0x1f',
        '2026-03-02',
        ' - a',
        '# no',
        'a: b',
        '|',
        "'",
        '{{x}}',
      ),
      fc.string({ unit: 'binary', minLength: 1 }).filter((value) => value.isWellFormed()),
      fc
        .array(fc.constantFrom('a', ' ', '\n', '\t', ':', '\r'), { minLength: 1 })
        .map((parts) => parts.join('')),
    );
    const schema = fc.dictionary(
      fc.constantFrom('title', '$ref', 'a.b', 'default'),
      fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes('__proto__')),
      {
        noNullPrototype: true,
      },
    );
    fc.assert(
      fc.property(text, text, schema, (name, message, inputsSchema) => {
        const steps: StepInput[] = [userMessage('one', { description: name, inputsTemplate: { message } })];
        const clean = JSON.parse(JSON.stringify(inputsSchema)) as DefinitionFile['inputsSchema'];
        const whole = file({ name, description: message.slice(0, 100), inputsSchema: clean, steps });
        expect(parseDefinition(formatDefinition(whole, format), format)).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  it.each(sampleWorkflows.map((sample) => [sample.name, sample] as const))(
    'keeps the sample "%s", in any org, by names',
    (_name, sample) => {
      const steps = sample.steps.map((step, index) => ({ ...step, id: `id-${index}` }));
      const found = {
        workflow: { ...sample, id: 'w' } as never,
        definition: { steps, inputsSchema: sample.inputsSchema } as never,
      };
      const exported = exportDefinition(found);
      const yaml = formatDefinition(exported, 'yaml');
      expect(yaml).not.toContain('id-0');
      const read = parseDefinition(yaml, 'yaml');
      expect(formatDefinition(read, 'yaml')).toBe(yaml);
      expect(importDefinition(read, steps).steps).toEqual(steps);
      expect(importDefinition(read).steps).toEqual(sample.steps);
    },
  );

  it('keeps the ids of steps whose names stay, wherever they stand', () => {
    const current = [
      { id: 'a', name: 'tell' },
      { id: 'b', name: 'ok' },
      { id: 'c', name: 'old' },
    ];
    const { steps } = importDefinition(file(), current);
    expect(steps.map(({ name, id }) => [name, id])).toEqual([
      ['ok', 'b'],
      ['tell', 'a'],
      ['hold', undefined],
    ]);
  });

  const laughs = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
    .split('')
    .map(
      (name, index) =>
        `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefg'[index]}`).join(',')}]`,
    )
    .join('\n')}\n`;
  it.each<[string, string, 'yaml' | 'json', RegExp]>([
    ['no YAML, with the line', 'name: x\nsteps: [\n', 'yaml', /line \d/],
    ['no JSON', '{', 'json', /is no JSON/],
    ['a key twice', 'name: x\nname: y\n', 'yaml', /unique/],
    ['a tag of a language', 'name: !!js/function x\n', 'yaml', /is no YAML/],
    ['references that explode', laughs, 'yaml', /alias/],
    ['what is in itself', 'name: &a [*a]\ninputsSchema: {}\nsteps: []\n', 'yaml', /nests more than|alias/],
    ['what nests without end', `name: ${'['.repeat(20_000)}`, 'yaml', /is no YAML/],
    ['a key of the language', 'name: x\n__proto__: { a: 1 }\n', 'yaml', /__proto__/],
    [
      'an unknown field',
      'name: x\nhue: 3\ninputsSchema: {}\nsteps: []\n',
      'yaml',
      /hue is not a known field/,
    ],
    [
      'a step with an id',
      JSON.stringify(file({ steps: [{ ...human('ok'), id: 'x' }] })),
      'json',
      /steps\/0\/id/,
    ],
    ['no object', '- a\n', 'yaml', /the file must/],
    ['too long', `name: ${'x'.repeat(1_000_001)}`, 'yaml', /longer than/],
  ])('is refused: %s', (_what, text, format, reason) => {
    expect(() => parseDefinition(text, format)).toThrow(reason);
  });
});

describe('the difference of two definitions', () => {
  const schema = (properties: JsonObject, required: string[]): DefinitionFile['inputsSchema'] =>
    ({ type: 'object', properties, required }) as DefinitionFile['inputsSchema'];
  it('is empty for what is the same', () => {
    expect(diffDefinitions(file(), parseDefinition(formatDefinition(file(), 'yaml'), 'yaml'))).toEqual([]);
  });

  it('says in words what is new, gone, changed and moved', () => {
    const before = file({ inputsSchema: schema({ a: { type: 'string' }, b: {} }, ['a']) });
    const after = file({
      name: 'Refunds',
      inputsSchema: schema({ a: { type: 'number' }, c: {} }, ['a', 'c']),
      steps: [userMessage('tell', { description: 'new' }), human('ok'), wait('later', { for: '1d' })],
    });
    expect(diffDefinitions(before, after).map(({ path, kind, text }) => [path, kind, text])).toEqual([
      ['name', 'changed', 'The workflow has name "Refunds" instead of "Refund".'],
      ['inputsSchema/a', 'changed', 'The input "a" is {"type":"number"} instead of {"type":"string"}.'],
      ['inputsSchema/b', 'removed', 'The input "b" is removed.'],
      ['inputsSchema/c', 'added', 'The input "c" is added.'],
      [
        'inputsSchema/required',
        'changed',
        'The schema of the inputs has required ["a","c"] instead of ["a"].',
      ],
      ['steps/hold', 'removed', 'The step "hold" (wait) is removed.'],
      ['steps/tell/description', 'added', 'The step "tell" gets description: "new".'],
      ['steps/later', 'added', 'The step "later" (wait) is added.'],
      ['steps', 'moved', 'The steps stand in another order: tell, ok, later.'],
    ]);
  });

  it('names of what is nested only what differs', () => {
    const withDeadline = (after: string): DefinitionFile =>
      file({ steps: [human('ok', { deadline: { after, then: 'rejected' } })] });
    const changes = diffDefinitions(withDeadline('1d'), withDeadline('2d'));
    expect(changes).toEqual([
      {
        path: 'steps/ok/deadline/after',
        kind: 'changed',
        text: 'The step "ok" has deadline.after "2d" instead of "1d".',
      },
    ]);
  });
});
