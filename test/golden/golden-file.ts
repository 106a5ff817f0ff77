import { existsSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { type Database, nativeDb } from '../../models/database.ts';

/** All that one task left in the database, exactly as an earlier revision of Baton wrote it. */
export interface GoldenFile {
  /** What the task was doing. */
  about: string;
  /** The time at which the bot that wrote it ended. */
  writtenAt: Date;
  executionId: string;
  collections: Record<string, mongo.Document[]>;
}

/** What a task consists of. */
const collectionNames = ['workflows', 'revisions', 'executions', 'events'];
/** From the root of the repository, where tests and scripts are run. */
const folder = join('test', 'golden');
const { EJSON } = mongo.BSON;

export async function listGoldenNames(): Promise<string[]> {
  const names = await readdir(folder);
  const files = names.filter((name) => name.endsWith('.json') && name !== 'tsconfig.json');
  return files.map((name) => name.slice(0, -'.json'.length));
}

/** @throws Error that says what to do when the file is not there or is none */
export async function readGoldenFile(name: string): Promise<GoldenFile> {
  const path = pathOf(name);
  if (!existsSync(path))
    throw new Error(`${path} is missing: golden files are kept for ever; take it back from the history`);
  const golden = EJSON.parse(await readFile(path, 'utf8')) as GoldenFile;
  if (golden.collections?.['executions']?.length !== 1) throw new Error(`${path} has no execution`);
  return golden;
}

/** @returns false when the file is there already: what was written once is never written anew */
export async function writeGoldenFile(name: string, golden: GoldenFile): Promise<boolean> {
  if (existsSync(pathOf(name))) return false;
  await writeFile(pathOf(name), `${EJSON.stringify(golden, undefined, 2, { relaxed: true })}\n`);
  return true;
}

export async function readCollections(database: Database): Promise<GoldenFile['collections']> {
  const collections: GoldenFile['collections'] = {};
  for (const name of collectionNames) {
    collections[name] = await nativeDb(database).collection(name).find().sort({ _id: 1 }).toArray();
  }
  return collections;
}

export async function storeCollections(
  database: Database,
  collections: GoldenFile['collections'],
): Promise<void> {
  for (const [name, documents] of Object.entries(collections)) {
    if (documents.length > 0) await nativeDb(database).collection(name).insertMany(documents);
  }
}

function pathOf(name: string): string {
  return join(folder, `${name}.json`);
}
