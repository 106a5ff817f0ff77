import type { ExecutionState } from '../../../src/domain/execution.ts';
import type { ExecutionCommand, StartRequest } from '../../../src/engine/engine.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/** What somebody asked of a process, and what they were told. */
export interface Operation {
  /** Stands in the log as the name of whoever gave the command, so that its effect can be found there. */
  token: string;
  request: Request;
  process: SimulatedProcess;
  answer: Answer;
}

export type Request =
  | { kind: 'start'; start: StartRequest }
  | { kind: 'execute'; orgId: string; executionId: string; command: ExecutionCommand };

export type Answer =
  | { kind: 'none' }
  /** Accepted: the state that came back. */
  | { kind: 'accepted'; state: ExecutionState }
  /** Nothing has changed, and the reason. */
  | { kind: 'refused'; error: Error }
  /** It could not be found out, or could not be done now. */
  | { kind: 'failed'; error: Error };

/** The token of whoever gave the command; null for what the engine did by itself. */
export function tokenOf(request: Request): string {
  if (request.kind === 'start') {
    const { startedBy } = request.start;
    return startedBy.kind === 'person' ? (startedBy.name ?? '') : '';
  }
  return 'by' in request.command ? (request.command.by?.name ?? '') : '';
}

/** The same request by the same person, under another token. */
export function renamed(request: Request, token: string): Request {
  if (request.kind === 'start') {
    const { start } = request;
    const { startedBy } = start;
    return {
      kind: 'start',
      start: {
        ...start,
        startedBy: startedBy.kind === 'person' ? { ...startedBy, name: token } : startedBy,
      },
    };
  }
  const { command } = request;
  if (!('by' in command) || command.by === null) return request;
  const by = { ...command.by, name: token };
  const payload = command.type === 'signal' ? { payload: { token } } : {};
  return { ...request, command: { ...command, ...payload, by } as ExecutionCommand };
}
