import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acquireDataLock } from '../../src/local/data-lock.ts';
import type { CompiledBot, KillableBot } from '../support/killable-bot.ts';
import { compileKillableBot } from '../support/killable-bot.ts';

let compiled: CompiledBot;
let bot: KillableBot | null = null;
let dataDir: string;

beforeAll(async () => {
  compiled = await compileKillableBot();
});

afterAll(() => compiled.remove());

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'baton-test-'));
});

afterEach(async () => {
  await bot?.kill();
  bot = null;
  await rm(dataDir, { recursive: true, force: true });
});

describe('the lock of a data folder', () => {
  it('refuses a second start, naming the pid of the first and the folder', async () => {
    bot = await compiled.start(dataDir, []);

    const second = acquireDataLock(dataDir);

    await expect(second).rejects.toMatchObject({ code: 'data-folder-in-use' });
    await expect(second).rejects.toThrow(`process ${bot.pid}`);
    await expect(second).rejects.toThrow(dataDir);
  });

  it('is taken over from a bot that was killed', async () => {
    bot = await compiled.start(dataDir, []);
    await bot.kill();

    await acquireDataLock(dataDir);

    await expect(acquireDataLock(dataDir)).rejects.toThrow(`process ${process.pid}`);
  });

  it('is taken over when another program has the pid of the bot by now', async () => {
    const earlierLife = { pid: process.pid, startMark: 'an earlier start' };
    await writeFile(join(dataDir, 'baton.lock'), JSON.stringify(earlierLife));

    await expect(acquireDataLock(dataDir)).resolves.toBeDefined();
  });

  it('is taken over when the file holds nothing that Baton wrote', async () => {
    await writeFile(join(dataDir, 'baton.lock'), '');

    await expect(acquireDataLock(dataDir)).resolves.toBeDefined();
  });

  it('goes to exactly one of many that find the same stale lock', async () => {
    await writeFile(
      join(dataDir, 'baton.lock'),
      JSON.stringify({ pid: process.pid, startMark: 'an earlier start' }),
    );

    const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => acquireDataLock(dataDir)));

    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is free again after its release, and leaves no file behind', async () => {
    const lock = await acquireDataLock(dataDir);

    await lock.release();

    expect(await readdir(dataDir)).toEqual([]);
    await expect(acquireDataLock(dataDir)).resolves.toBeDefined();
  });

  it('makes the folder when there is none', async () => {
    const folder = join(dataDir, 'new', 'folder');

    await acquireDataLock(folder);

    expect(await readdir(folder)).toEqual(['baton.lock']);
  });
});
