import { fileURLToPath } from 'node:url';
import type { ToolServer } from '../../../src/domain/tool-server.ts';

/** The server of odd-server.mjs, over standard input and output. `callLog`: a file that gets a line for each call. */
export function oddServer(callLog?: string): ToolServer {
  return {
    name: 'odd',
    transport: 'stdio',
    command: process.execPath,
    args: [fileURLToPath(new URL('odd-server.mjs', import.meta.url))],
    env: callLog === undefined ? {} : { CALL_LOG: callLog },
  };
}
