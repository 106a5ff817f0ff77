import type { JsonObject, JsonValue } from './json.ts';

const bounds = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const;
const maxTextLength = 300;

/** By `format`: a value that everybody recognises. */
const textByFormat: Readonly<Record<string, string>> = {
  email: 'sam@example.com',
  'idn-email': 'sam@example.com',
  date: '2026-03-09',
  time: '09:00:00Z',
  'date-time': '2026-03-09T09:00:00Z',
  uri: 'https://example.com/',
  'uri-reference': 'https://example.com/',
  iri: 'https://example.com/',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uuid: '9f4c3d2e-1b0a-4c5d-8e7f-6a5b4c3d2e1f',
  'json-pointer': '/a',
  regex: '^a$',
};

/** What many patterns ask for, to be tried where nothing better is known. */
const usualTexts = [
  'abc',
  'ABC',
  'a',
  'A',
  '1',
  '12',
  '123',
  '1234',
  '12345',
  'AB-123',
  'ABC-123',
  'A1',
  '2026',
  '#fff',
];

/** Numbers at and beside each bound, and those that are named. */
export function numbersFor(
  must: readonly JsonObject[],
  wished: readonly JsonObject[],
  isInteger: boolean,
  named: readonly JsonValue[],
): number[] {
  const all = [...must, ...wished];
  const points = [...all.flatMap((part) => bounds.map((bound) => part[bound])), ...named].filter(
    (point) => typeof point === 'number',
  );
  const steps = must.flatMap(({ multipleOf }) => (typeof multipleOf === 'number' ? [multipleOf] : []));
  const step = steps[0] ?? 1;
  const near = points.flatMap((point) => [point, point - step, point + step]);
  const between = points.length > 1 ? [(Math.min(...points) + Math.max(...points)) / 2] : [];
  const spread = [...(points.length === 0 ? [1, 0] : []), ...between, ...near];
  const onGrid = steps.length === 0 ? spread : spread.map((point) => Math.round(point / step) * step);
  const whole = isInteger ? onGrid.map((point) => Math.round(point)) : onGrid;
  return [...new Set([...whole, ...near.filter((point) => !isInteger || Number.isInteger(point))])];
}

/** Texts: the hint, by format, named ones and another, at the bounds of the length, and what patterns say literally. */
export function textsFor(
  must: readonly JsonObject[],
  wished: readonly JsonObject[],
  hint: string | undefined,
  named: readonly JsonValue[],
): string[] {
  const all = [...must, ...wished];
  const formats = all.flatMap(({ format }) =>
    typeof format === 'string' ? (textByFormat[format] ?? []) : [],
  );
  const literals = all.flatMap(({ pattern }) => (typeof pattern === 'string' ? [literalOf(pattern)] : []));
  const lengths = all
    .flatMap(({ minLength, maxLength }) => [minLength, maxLength])
    .filter((length) => typeof length === 'number')
    .flatMap((length) => [length, length - 1, length + 1])
    .filter((length) => length >= 0 && length <= maxTextLength);
  const texts = named.filter((value) => typeof value === 'string');
  return [
    ...(hint === undefined ? [] : [hint]),
    ...formats,
    'some text',
    ...texts,
    ...literals,
    ...lengths.map((length) => 'x'.repeat(length)),
    ...(literals.length > 0 ? usualTexts : []),
    '',
  ];
}

/** What a pattern says when it is read as plain text: right for those that people write to ask for a word. */
function literalOf(pattern: string): string {
  return pattern.replace(/^\^|\$$/g, '').replace(/\\(.)/gs, '$1');
}
