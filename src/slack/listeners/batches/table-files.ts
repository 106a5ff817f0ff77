import { z } from 'zod';

const MessageFile = z.object({ id: z.string().min(1).max(64), name: z.string().default('rows.csv') });

/** A file that is a table of rows, by its name. */
export interface TableFile {
  id: string;
  name: string;
}

/** The first table among the files of a message; null when there is none. */
export function tableOf(files: unknown): TableFile | null {
  const list: unknown[] = Array.isArray(files) ? files : [];
  for (const file of list) {
    const read = MessageFile.safeParse(file);
    if (read.success && isTable(read.data.name))
      return { id: read.data.id, name: read.data.name.slice(0, 200) };
  }
  return null;
}

export function isTable(name: string): boolean {
  return /\.(csv|tsv|jsonl|ndjson)$/i.test(name);
}

export function formatOfTable(name: string): 'csv' | 'jsonl' {
  return /\.(jsonl|ndjson)$/i.test(name) ? 'jsonl' : 'csv';
}
