import type { Clock } from '../clock.ts';
import type { ModelClient, ModelTurn, ModelTurnRequest } from '../domain/model-client.ts';
import { type ModelCallEntry, describeFailure } from '../domain/run-log.ts';
import { AppError } from '../errors.ts';

export interface TurnDeps {
  model: ModelClient;
  clock: Clock;
}

export type LoggedTurn =
  | { kind: 'answered'; turn: ModelTurn; entry: ModelCallEntry }
  | { kind: 'failed'; error: AppError; entry: ModelCallEntry };

/** One turn of a model, with what the log of the run says about it, whether it succeeds or fails. */
export async function askLogged(
  { model, clock }: TurnDeps,
  request: ModelTurnRequest,
  about: Pick<ModelCallEntry, 'purpose' | 'attempt'>,
): Promise<LoggedTurn> {
  const at = clock.now();
  const entry: ModelCallEntry = {
    kind: 'model',
    at,
    ...about,
    provider: request.provider,
    model: request.model,
    usage: null,
    latencyMs: 0,
    finishReason: null,
    structured: null,
    toolCalls: [],
    schemaErrors: [],
    error: null,
  };
  try {
    const turn = await model.complete(request);
    const { usage, latencyMs, finishReason, structured } = turn;
    const toolCalls = turn.kind === 'tool-calls' ? turn.toolCalls.map(({ name }) => name) : [];
    return {
      kind: 'answered',
      turn,
      entry: { ...entry, usage, latencyMs, finishReason, structured, toolCalls },
    };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const latencyMs = clock.now().getTime() - at.getTime();
    return { kind: 'failed', error, entry: { ...entry, latencyMs, error: describeFailure(error) } };
  }
}
