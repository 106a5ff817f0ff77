import { z } from 'zod';
import { AgentTool, ContextFile } from '../../../domain/agent.ts';
import { ActorOut, Id, JsonRecord, Time } from './common.ts';

export const AgentOut = z
  .strictObject({
    id: Id,
    orgId: Id,
    name: z.string(),
    instructions: z.string().describe('The job description'),
    contextFiles: z.array(ContextFile),
    tools: z.array(AgentTool).describe('The only tools that it may use'),
    provider: z.string().nullable().describe('null: the default provider'),
    model: z.string().nullable().describe('null: the default model of the provider'),
    temperature: z.number().nullable(),
    maxTokens: z.number().int().nullable(),
    maxTurns: z.number().int(),
    createdBy: ActorOut,
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Agent' });

export const ToolServerOut = z
  .strictObject({
    name: z.string(),
    error: z.string().nullable().describe('Why it does not tell its tools; null when it does'),
    tools: z.array(
      z.strictObject({
        name: z.string(),
        title: z.string().nullable(),
        description: z.string(),
        inputSchema: JsonRecord,
        readOnly: z.boolean().nullable().describe("The server's own word; null when it says nothing"),
        destructive: z.boolean().nullable(),
      }),
    ),
  })
  .meta({ id: 'ToolServer' });
