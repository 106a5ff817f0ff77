import { Counter, Histogram, type Registry } from 'prom-client';
import type { ModelClient, ModelTurn, ModelTurnRequest } from '../domain/model-client.ts';
import type { ModelProvider } from '../domain/provider.ts';
import type { ToolServers } from '../domain/tool-server.ts';
import { AppError } from '../errors.ts';

/** Counts what models and tools are asked, by wrapping what asks them. */
export interface ModelMeter {
  ofModels(client: ModelClient, providers: readonly ModelProvider[]): ModelClient;
  ofTools(servers: ToolServers): ToolServers;
}

const secondsBuckets = [0.25, 1, 2.5, 5, 10, 30, 60, 180];

export function createModelMeter(registry: Registry): ModelMeter {
  const registers = [registry];
  const calls = new Counter({
    name: 'baton_model_calls_total',
    help: 'Turns asked of models: text, tool-calls, refusal, cut, or the code of an error',
    labelNames: ['provider', 'model', 'result'],
    registers,
  });
  const tokens = new Counter({
    name: 'baton_model_tokens_total',
    help: 'Tokens as providers count them',
    labelNames: ['provider', 'model', 'direction'],
    registers,
  });
  const seconds = new Histogram({
    name: 'baton_model_call_seconds',
    help: 'How long models took to answer',
    labelNames: ['provider', 'model'],
    buckets: secondsBuckets,
    registers,
  });
  const toolCalls = new Counter({
    name: 'baton_tool_calls_total',
    help: 'Calls of tools: done, tool-error (the tool says so), or the code of an error',
    labelNames: ['server', 'result'],
    registers,
  });

  function countTurn(labels: { provider: string; model: string }, turn: ModelTurn): void {
    calls.inc({ ...labels, result: turn.kind });
    seconds.observe(labels, turn.latencyMs / 1_000);
    if (turn.usage === null) return;
    tokens.inc({ ...labels, direction: 'prompt' }, turn.usage.promptTokens);
    tokens.inc({ ...labels, direction: 'completion' }, turn.usage.completionTokens);
  }

  return {
    ofModels: (client, providers) => ({
      async complete(request) {
        const labels = labelsOf(request, providers);
        const turn = await orCount(client.complete(request), (result) => calls.inc({ ...labels, result }));
        countTurn(labels, turn);
        return turn;
      },
    }),
    ofTools: (servers) => ({
      ...servers,
      async call(request) {
        const server = servers.names().includes(request.server) ? request.server : 'other';
        const result = await orCount(servers.call(request), (code) =>
          toolCalls.inc({ server, result: code }),
        );
        toolCalls.inc({ server, result: result.isError ? 'tool-error' : 'done' });
        return result;
      },
    }),
  };
}

/** Only names that the configuration has: whoever edits a workflow may write any other. */
function labelsOf(
  { provider, model }: ModelTurnRequest,
  providers: readonly ModelProvider[],
): { provider: string; model: string } {
  const known = providers.find(({ name }) => name === provider);
  if (known === undefined) return { provider: 'other', model: 'other' };
  const isKnown = model === known.defaultModel || known.models.includes(model);
  return { provider, model: isKnown ? model : 'other' };
}

async function orCount<T>(work: Promise<T>, count: (code: string) => void): Promise<T> {
  try {
    return await work;
  } catch (error) {
    count(error instanceof AppError ? error.code : 'error');
    throw error;
  }
}
