import { z } from 'zod';
import { Deadline, Handoff, Outcome, Policy, Reminder } from './definition.ts';
import type { JsonSchema } from './json-schema.ts';

const maxSteps = 30;
const Text = z.string().max(12_000);
const Texts = z.array(z.string().max(500)).max(20);

/**
 * A step as a model proposes it: the fields of a step as it travels, of all types in one, so that what is wrong can be
 * told at its field. An agent is named, not numbered.
 */
const ProposedStep = z.strictObject({
  name: z.string().max(63),
  description: z.string().max(2_000).optional(),
  type: z.enum(['USER_MESSAGE', 'HUMAN', 'PROMPT', 'AGENT', 'TOOL', 'WAIT']),
  inputsTemplate: z
    .strictObject({
      message: Text.optional(),
      prompt: Text.optional(),
      task: Text.optional(),
      arguments: z.record(z.string(), z.json()).optional(),
    })
    .optional(),
  assignees: Texts.optional(),
  policy: Policy.optional(),
  outcomes: z.array(Outcome).max(5).optional(),
  reminder: Reminder.optional(),
  deadline: Deadline.optional(),
  prefill: z.record(z.string(), z.string()).optional(),
  outputSchema: z.record(z.string(), z.json()).optional(),
  agent: z.string().max(80).optional(),
  approvers: Texts.optional(),
  toolServer: z.string().max(63).optional(),
  tool: z.string().max(200).optional(),
  for: z.string().max(20).optional(),
  until: z.string().max(500).optional(),
  signal: z.string().max(63).optional(),
  handoffs: z.array(Handoff).max(20).optional(),
});

/** What a model proposes for "what we do today". `assumptions`: what it took for granted, for a person to look at. */
export const WorkflowProposal = z.strictObject({
  name: z.string().max(100),
  description: z.string().max(1_000),
  inputsSchema: z.record(z.string(), z.json()),
  steps: z.array(ProposedStep).min(1).max(maxSteps),
  assumptions: z.array(z.string().max(300)).max(8),
});
export type WorkflowProposal = z.infer<typeof WorkflowProposal>;
export type ProposedStep = WorkflowProposal['steps'][number];

/** The same as a JSON Schema, for the model. What it cannot say is checked afterwards. */
export const workflowProposalSchema: JsonSchema = toJsonSchema();

function toJsonSchema(): JsonSchema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(WorkflowProposal, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
  });
  return JSON.parse(JSON.stringify(schema)) as JsonSchema;
}
