import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { type BatchFormat, maxRows } from '../../domain/batch.ts';
import { type JsonObject, isJsonObject } from '../../domain/json.ts';
import { ValidationError } from '../../errors.ts';

/** A row as it stands in the file. `problem`: why it is none. */
export interface FileRow {
  /** From 1; a header is no row. */
  row: number;
  cells: JsonObject;
  problem: string | null;
}

/** What is known once the whole file was read. */
export interface FileFacts {
  digest: string;
}

const maxRowLength = 64 * 1024;
const maxColumns = 200;
const separators = [',', ';', '\t'];

/**
 * Reads a table row by row, never more of it than a few rows at a time. CSV with a header, separated by commas,
 * semicolons or tabs; or JSON Lines, an object on each. UTF-8.
 *
 * @param facts is filled in at the end
 * @throws ValidationError for a file that is no table at all
 */
export async function* readRows(
  format: BatchFormat,
  source: AsyncIterable<Uint8Array>,
  facts: FileFacts,
): AsyncGenerator<FileRow> {
  const hash = createHash('sha256');
  const text = decode(source, (chunk) => hash.update(chunk));
  const rows = format === 'csv' ? readCsv(text) : readJsonLines(text);
  let row = 0;
  for await (const { cells, problem } of rows) {
    row += 1;
    if (row > maxRows) throw invalid(`has more than ${maxRows} rows: send it in parts`);
    yield { row, cells, problem };
  }
  if (row === 0) throw invalid('has no rows');
  facts.digest = hash.digest('hex');
}

async function* decode(
  source: AsyncIterable<Uint8Array>,
  see: (chunk: Uint8Array) => void,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of source) {
      see(chunk);
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw invalid('is not UTF-8');
    throw error;
  }
}

async function* readCsv(text: AsyncGenerator<string>): AsyncGenerator<Omit<FileRow, 'row'>> {
  const { head, rest } = await peekLine(text);
  const parser = parse({
    delimiter: separatorOf(head),
    bom: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: maxRowLength,
    relax_column_count: true,
  });
  const source = Readable.from(rest);
  source.once('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let header: string[] | null = null;
  try {
    for await (const record of parser) {
      const fields = record as string[];
      if (header === null) header = checkHeader(fields);
      else yield toRow(header, fields);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw invalid(`cannot be read as CSV: ${error.message}`);
  } finally {
    source.destroy();
  }
}

function toRow(header: readonly string[], fields: readonly string[]): Omit<FileRow, 'row'> {
  const cells = Object.fromEntries(header.map((name, index) => [name, fields[index] ?? '']));
  const isWhole = fields.length === header.length;
  return {
    cells,
    problem: isWhole ? null : `has ${fields.length} fields, and the header has ${header.length}`,
  };
}

function checkHeader(header: string[]): string[] {
  const names = header.map((name) => name.trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (names.length > maxColumns) throw invalid(`has more than ${maxColumns} columns`);
  if (names.includes('')) throw invalid('has a column without a name in its first line');
  if (twice !== undefined) throw invalid(`has two columns called "${twice}"`);
  const unsafe = names.find(
    (name) => name.startsWith('$') || /^(__proto__|constructor|prototype|_bsontype)$/.test(name),
  );
  if (unsafe !== undefined) throw invalid(`has a column called "${unsafe}", which is no name of an input`);
  return names;
}

/** What stands before the first line break, and the whole text. */
async function peekLine(
  text: AsyncGenerator<string>,
): Promise<{ head: string; rest: AsyncGenerator<string> }> {
  let head = '';
  while (!head.includes('\n') && head.length < maxRowLength) {
    const next = await text.next();
    if (next.done === true) break;
    head += next.value;
  }
  const read = head;
  async function* whole(): AsyncGenerator<string> {
    if (read !== '') yield read;
    yield* text;
  }
  return { head: head.split('\n')[0] ?? '', rest: whole() };
}

function separatorOf(line: string): string {
  const plain = line.replace(/"[^"]*"/g, '');
  const counted = separators.map((separator) => ({ separator, count: plain.split(separator).length }));
  return counted.reduce((best, next) => (next.count > best.count ? next : best)).separator;
}

async function* readJsonLines(text: AsyncGenerator<string>): AsyncGenerator<Omit<FileRow, 'row'>> {
  let left = '';
  for await (const part of text) {
    left += part;
    const lines = left.split('\n');
    left = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield readJsonLine(line);
    if (left.length > maxRowLength) throw invalid(`has a line of more than ${maxRowLength} characters`);
  }
  if (left.trim() !== '') yield readJsonLine(left);
}

function readJsonLine(line: string): Omit<FileRow, 'row'> {
  if (line.length > maxRowLength) return { cells: {}, problem: 'is too long' };
  try {
    const value: unknown = JSON.parse(line);
    if (isJsonObject(value)) return { cells: value, problem: null };
    return { cells: {}, problem: 'is no JSON object' };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { cells: {}, problem: 'is no JSON' };
  }
}

function invalid(message: string): ValidationError {
  return new ValidationError(`The file ${message}.`, [{ path: 'file', message }], 'batch-unreadable');
}
