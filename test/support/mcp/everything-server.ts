import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { ToolServer } from '../../../src/domain/tool-server.ts';

/** `@modelcontextprotocol/server-everything`, over standard input and output. */
export function everythingOverStdio(env: Record<string, string> = {}, name = 'everything'): ToolServer {
  return { name, transport: 'stdio', command: process.execPath, args: [everythingPath(), 'stdio'], env };
}

/** The same over streamable HTTP: a process that can be killed and started again at the same address. */
export interface HttpEverything {
  server: ToolServer;
  kill(): Promise<void>;
  start(): Promise<void>;
}

export async function startEverythingOverHttp(name = 'everything'): Promise<HttpEverything> {
  const port = await freePort();
  let running: ChildProcess | null = null;

  async function start(): Promise<void> {
    const child = spawn(process.execPath, [everythingPath(), 'streamableHttp'], {
      env: { ...process.env, PORT: String(port) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    running = child;
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (part: Buffer) => {
        if (part.toString().includes('listening')) resolve();
      });
      child.once('exit', (code) => reject(new Error(`the tool server ended with ${code}`)));
    });
  }

  await start();
  return {
    server: { name, transport: 'http', url: `http://127.0.0.1:${port}/mcp`, headers: {} },
    start,
    async kill() {
      if (running === null || running.exitCode !== null || running.signalCode !== null) return;
      const ended = once(running, 'exit');
      running.kill('SIGKILL');
      await ended;
    },
  };
}

function everythingPath(): string {
  const manifest = createRequire(import.meta.url).resolve(
    '@modelcontextprotocol/server-everything/package.json',
  );
  return manifest.replace(/package\.json$/, 'dist/index.js');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
