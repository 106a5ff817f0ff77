import { z } from 'zod';
import { assertJsonSchema, type JsonSchema } from './json-schema.ts';

/** How often an agent may be asked for its next step when it does not say. */
export const defaultMaxTurns = 10;
const maxContextLength = 200_000;

/**
 * A tool that an agent may use. `approval`: `required` or `not-required` is its editor's word; absent:
 * required when the server says that the tool destroys.
 */
export const AgentTool = z.strictObject({
  server: z.string().min(1).max(63),
  tool: z.string().min(1).max(200),
  approval: z.enum(['required', 'not-required']).optional(),
});
export type AgentTool = z.infer<typeof AgentTool>;

/** A text that an agent always has before it. */
export const ContextFile = z.strictObject({
  name: z.string().trim().min(1, 'must not be empty').max(200),
  content: z.string().max(100_000, 'must be at most 100,000 characters'),
});
export type ContextFile = z.infer<typeof ContextFile>;

/** A named model role, as it is made and changed. Default `maxTurns`: 10. */
export const AgentInput = z.strictObject({
  name: z.string().trim().min(1, 'must not be empty').max(80),
  /** The job description. */
  instructions: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(12_000, 'must be at most 12,000 characters'),
  contextFiles: z
    .array(ContextFile)
    .max(20)
    .refine(
      (files) => files.reduce((length, file) => length + file.content.length, 0) <= maxContextLength,
      'must be at most 200,000 characters together',
    )
    .default([]),
  tools: z.array(AgentTool).max(50).refine(hasEachOnce, 'must name each tool only once').default([]),
  provider: z.string().min(1).max(63).optional(),
  model: z.string().trim().min(1).max(200).optional(),
  temperature: z.number().min(0).max(2).optional(),
  maxTokens: z.number().int().min(1).max(1_000_000).optional(),
  maxTurns: z.number().int().min(1).max(50).default(defaultMaxTurns),
});
export type AgentInput = z.infer<typeof AgentInput>;

/** What one run of an agent is pinned to, whatever is edited meanwhile. */
export interface AgentSpec {
  name: string;
  instructions: string;
  contextFiles: ContextFile[];
  /** Nothing that a model, a task or a tool says adds to these. */
  tools: AgentTool[];
  provider: string;
  model: string;
  temperature: number | null;
  maxTokens: number | null;
  maxTurns: number;
  /** JSON text of the schema that the answer must fit: a schema's keys cannot all be stored as they are. */
  outputSchemaText: string | null;
}

/** Pins an agent to a provider, a model and what the step asks for. @throws ValidationError for a schema that is none */
export function pinAgent(
  agent: AgentInput,
  chosen: { provider: string; model: string },
  outputSchema: JsonSchema | null,
): AgentSpec {
  if (outputSchema !== null) assertJsonSchema(outputSchema, 'outputSchema');
  return {
    name: agent.name,
    instructions: agent.instructions,
    contextFiles: agent.contextFiles,
    tools: agent.tools,
    provider: chosen.provider,
    model: chosen.model,
    temperature: agent.temperature ?? null,
    maxTokens: agent.maxTokens ?? null,
    maxTurns: agent.maxTurns,
    outputSchemaText: outputSchema === null ? null : JSON.stringify(outputSchema),
  };
}

function hasEachOnce(tools: readonly AgentTool[]): boolean {
  return new Set(tools.map(({ server, tool }) => `${server}\n${tool}`)).size === tools.length;
}
