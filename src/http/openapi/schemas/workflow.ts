import { z } from 'zod';
import {
  AgentStep,
  HumanStep,
  PromptStep,
  ToolStep,
  UserMessageStep,
  WaitStep,
} from '../../../domain/definition.ts';
import { PostTo } from '../../../domain/post-to.ts';
import { ActorOut, Id, JsonRecord, Time } from './common.ts';

const Warnings = z
  .array(z.strictObject({ path: z.string(), message: z.string() }))
  .optional()
  .describe(
    'After a change: what was saved although it cannot work yet, such as a model provider that is not configured, for which the step waits',
  );

const place = {
  id: Id,
  isFirstStep: z.boolean(),
  nextId: Id.nullable().describe(
    'The next step by position, which handoffs may pass over; null for the last',
  ),
  warnings: Warnings,
};

/** A step as it is read: as it travels, with its place. */
export const StepOut = z
  .union([
    UserMessageStep.extend(place),
    HumanStep.extend(place),
    PromptStep.extend(place),
    AgentStep.extend(place),
    ToolStep.extend(place),
    WaitStep.extend(place),
  ])
  .meta({ id: 'Step' });

const workflow = {
  id: Id,
  orgId: Id,
  teamId: Id.nullable().describe('The team that it belongs to; null: the org'),
  name: z.string(),
  slug: z.string().describe('What people type in Slack'),
  description: z.string(),
  status: z.enum(['DRAFT', 'ACTIVE', 'PAUSED', 'ARCHIVED']),
  revision: z.number().int().describe('Rises by one with each change of the definition'),
  inputsSchema: JsonRecord.describe('JSON Schema, draft-07'),
  postTo: PostTo.describe(
    'Where the card of each task is posted: where it was started (origin), to whoever started it (starter), or in the channel with this Slack id',
  ),
  createdBy: ActorOut,
  createdAt: Time,
  updatedAt: Time,
};

export const WorkflowOut = z.strictObject(workflow).meta({ id: 'Workflow' });
export const WorkflowWithStepsOut = z
  .strictObject({ ...workflow, steps: z.array(StepOut), warnings: Warnings })
  .meta({ id: 'WorkflowWithSteps' });
