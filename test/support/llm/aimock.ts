import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What aimock answers to the requests that `match`; the first that matches is used. See its fixture format. */
export interface AimockFixture {
  match: {
    userMessage?: string;
    systemMessage?: string;
    model?: string;
    responseFormat?: string;
    toolResultContains?: string;
    hasToolResult?: boolean;
    turnIndex?: number;
    sequenceIndex?: number;
  };
  response: object;
  /** Milliseconds between two parts of a stream. */
  latency?: number;
  chunkSize?: number;
  truncateAfterChunks?: number;
  chaos?: {
    dropRate?: number;
    malformedRate?: number;
    disconnectRate?: number;
    rateLimitRate?: number;
    latencyMs?: number;
  };
}

/** A request as aimock received it. */
export interface AimockRequest {
  model: string;
  messages: { role: string; content: string | null; tool_calls?: object[]; tool_call_id?: string }[];
  tools?: { function: { name: string; parameters: object } }[];
  response_format?: { type: string; json_schema?: { strict: boolean; schema: object } };
  max_tokens?: number;
}

/** An OpenAI-compatible server with chaos, as a process of its own. */
export interface Aimock {
  /** What a provider's `baseUrl` is. */
  baseUrl: string;
  /** Forgets all fixtures and requests, and takes these. */
  answer(...fixtures: AimockFixture[]): Promise<void>;
  /** What was asked since the last `answer`, in order. */
  requests(): Promise<AimockRequest[]>;
  stop(): Promise<void>;
}

const neverAsked = { match: { userMessage: 'nobody asks this' }, response: { content: 'x' } };

/** Starts aimock on a free port. An unknown question is an error. Stop it in `afterAll`. */
export async function startAimock(): Promise<Aimock> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-aimock-'));
  const fixtures = join(folder, 'fixtures.json');
  await writeFile(fixtures, JSON.stringify({ fixtures: [neverAsked] }));
  const process = spawn(globalThis.process.execPath, [cliPath(), '-p', '0', '-f', fixtures, '--strict'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const root = await readAddress(process);

  async function control(path: string, body?: object): Promise<unknown> {
    const method = body === undefined ? 'GET' : 'POST';
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${root}/__aimock${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`aimock: ${path}: ${text}`);
    return JSON.parse(text);
  }

  return {
    baseUrl: `${root}/v1`,
    async answer(...wanted) {
      await control('/reset', {});
      await control('/fixtures', { fixtures: wanted.length === 0 ? [neverAsked] : wanted });
    },
    async requests() {
      const journal = (await control('/journal')) as { body: AimockRequest }[];
      return journal.map(({ body }) => body);
    },
    async stop() {
      const ended = once(process, 'exit');
      if (process.exitCode === null && process.kill('SIGKILL')) await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function cliPath(): string {
  const main = createRequire(import.meta.url).resolve('@copilotkit/aimock');
  return join(dirname(main), 'cli.js');
}

function readAddress(process: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    process.stdout?.on('data', (part: Buffer) => {
      output += part.toString();
      const address = /listening on (http:\S+)/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    });
    process.once('exit', (code) => reject(new Error(`aimock ended with ${code}: ${output}`)));
  });
}
