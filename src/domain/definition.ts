import { z } from 'zod';
import { Duration, durationMs } from './duration.ts';
import type { JsonObject } from './json.ts';
import type { JsonSchema } from './json-schema.ts';
import type { PostTo } from './post-to.ts';

/** Where a handoff leads when the task is done. */
export const complete = 'complete';
/** The condition that matches when no other did. */
export const defaultCondition = 'default';
/** How often a task may come to the same step when the step does not say. */
export const defaultMaxVisits = 25;

const identifier = /^[a-zA-Z_][a-zA-Z0-9_]{0,62}$/;
const StepName = z
  .string()
  .regex(identifier, 'must be an identifier: a letter or _, then letters, digits or _, at most 63 in all')
  .refine((name) => name !== complete, 'must not be "complete", which ends the task')
  .refine((name) => name !== 'constructor' && name !== 'prototype' && name !== '__proto__', 'is reserved');
const ConditionName = z.string().trim().min(1, 'must not be empty').max(75);
const TemplateText = z.string().max(12_000, 'must be at most 12,000 characters');
/** An object whose strings, at any depth, are templates. */
const InputsTemplate = z.record(z.string().regex(identifier, 'must be an identifier'), z.json());

/**
 * An edge to another step (its name) or to `complete`. Its `condition` is an outcome's name, a name
 * for what `when` says, or `default`. `when` is a JSON Schema that the step's output must satisfy.
 */
export const Handoff = z.strictObject({
  condition: ConditionName,
  when: z.record(z.string(), z.json()).optional(),
  to: z.string().min(1, 'must be the name of a step, or "complete"'),
});
export type Handoff = z.infer<typeof Handoff>;

/** One button of a `HUMAN` step. Default style: none. Default `requireComment`: false. */
export const Outcome = z.strictObject({
  name: ConditionName.refine((name) => name !== defaultCondition, 'must not be "default"'),
  label: z.string().trim().min(1).max(75),
  style: z.enum(['primary', 'danger']).optional(),
  requireComment: z.boolean().optional(),
});
export type Outcome = z.infer<typeof Outcome>;

/** The buttons of a `HUMAN` step that names none. */
export const defaultOutcomes: readonly Outcome[] = [
  { name: 'approved', label: 'Approve', style: 'primary' },
  { name: 'rejected', label: 'Reject', style: 'danger', requireComment: true },
];

/**
 * When a `HUMAN` step is decided. `required`: how many people must choose the same outcome (default
 * 1). `rejectionsRequired`: how many it takes for `rejected`, or an outcome styled `danger` (default 1).
 * `excludeStarter`: who started the task may not decide (default false). `excludePrevious`: nor may whoever
 * decided an earlier step (default false).
 */
export const Policy = z.strictObject({
  required: z.number().int().min(1).max(50).optional(),
  rejectionsRequired: z.number().int().min(1).max(50).optional(),
  excludeStarter: z.boolean().optional(),
  excludePrevious: z.boolean().optional(),
});
export type Policy = z.infer<typeof Policy>;

/**
 * `every`: time between two reminders, at least a minute. `max`: how many at most for each who was asked
 * (default 3). `workingHours`: only inside the person's working hours and time zone (default true).
 */
export const Reminder = z.strictObject({
  every: Duration.refine(
    (every) => !every.endsWith('s') || durationMs(every) >= 60_000,
    'must be at least a minute',
  ),
  max: z.number().int().min(1).max(50).optional(),
  workingHours: z.boolean().optional(),
});
export type Reminder = z.infer<typeof Reminder>;

/** `then` of a deadline that asks more people, and of one that stops the task. */
export const escalate = 'escalate';
export const failAtDeadline = 'fail';
/** An entry of `escalateTo`: whoever stands in for each of those who did not answer. */
export const delegateEntry = '@delegate';
/** What an author must write, in these words, for a deadline to take an approving outcome. */
export const timeoutApproves = 'a timeout approves';

/**
 * What happens when nobody acted within `after`. `then`: ask more people (`escalate`), stop as FAILED (`fail`), or
 * take the handoff of a condition. `escalateTo`: whom to ask then; `@delegate` is the delegate of each who was asked.
 * `keepAnswerable`: whether those who were asked first may still answer after an escalation (default true).
 * `warnBefore`: how long before it they are warned, once (default a quarter of `after`, at most four hours, and
 * not at all when `after` is less than an hour). `confirm`: "a timeout approves", when that is meant.
 */
export const Deadline = z.strictObject({
  after: Duration,
  then: ConditionName,
  escalateTo: z.array(TemplateText).min(1).max(20).optional(),
  keepAnswerable: z.boolean().optional(),
  warnBefore: Duration.optional(),
  confirm: z.literal(timeoutApproves, { error: `must be "${timeoutApproves}", in these words` }).optional(),
});
export type Deadline = z.infer<typeof Deadline>;

const common = {
  id: z.string().optional(),
  name: StepName,
  description: z.string().max(2000).optional(),
  outputSchema: z.record(z.string(), z.json()).optional(),
  handoffs: z.array(Handoff).max(50).optional(),
  maxVisits: z.number().int().min(1).max(1000).optional(),
};
const waitsForPeople = {
  assignees: z.array(TemplateText.min(1)).max(50).optional(),
  reminder: Reminder.optional(),
  deadline: Deadline.optional(),
};
const MessageInputs = InputsTemplate.and(
  z.looseObject({ message: TemplateText.min(1, 'must not be empty') }),
);

export const UserMessageStep = z.strictObject({
  ...common,
  ...waitsForPeople,
  type: z.literal('USER_MESSAGE'),
  assignee: TemplateText.min(1).optional(),
  inputsTemplate: MessageInputs,
});
export type UserMessageStep = z.infer<typeof UserMessageStep>;

const FieldName = z
  .string()
  .regex(/^[^$.\0][^.\0]{0,99}$/, 'must be the name of a field, without "." and not starting with "$"')
  .refine((name) => !['__proto__', 'constructor', 'prototype', '_bsontype'].includes(name), 'is reserved');

/** `prefill`: fields of `outputSchema` that start with what a template gives, and may be edited before deciding. */
export const HumanStep = z.strictObject({
  ...common,
  ...waitsForPeople,
  type: z.literal('HUMAN'),
  inputsTemplate: MessageInputs,
  prefill: z.record(FieldName, TemplateText).optional(),
  policy: Policy.optional(),
  outcomes: z.array(Outcome).min(1).max(5).optional(),
});
export type HumanStep = z.infer<typeof HumanStep>;

/** Exactly one of `for`, `until` (a template that gives an ISO 8601 time) and `signal` (a name). */
export const WaitStep = z.strictObject({
  ...common,
  type: z.literal('WAIT'),
  inputsTemplate: InputsTemplate.optional(),
  for: Duration.optional(),
  until: TemplateText.min(1).optional(),
  signal: z.string().regex(identifier, 'must be an identifier').optional(),
});
export type WaitStep = z.infer<typeof WaitStep>;

/**
 * How often a step that a machine does is tried, and how long after a failure that may pass it is tried again:
 * `initialDelayMs`, then `factor` times as long each time, at most `maxDelayMs`. Defaults: see `retryPolicyOf`.
 */
export const RetryPolicy = z.strictObject({
  maxAttempts: z.number().int().min(1).max(20).optional(),
  initialDelayMs: z.number().int().min(100).max(3_600_000).optional(),
  factor: z.number().min(1).max(10).optional(),
  maxDelayMs: z.number().int().min(100).max(86_400_000).optional(),
});
export type RetryPolicy = z.infer<typeof RetryPolicy>;

/** `timeoutMs`: how long one attempt may take. Default: ten minutes, for an agent half an hour. */
const runsByItself = {
  retry: RetryPolicy.optional(),
  timeoutMs: z.number().int().min(1_000).max(3_600_000).optional(),
};
const ModelName = z.string().trim().min(1, 'must not be empty').max(200);
const ToolName = z.string().min(1, 'must not be empty').max(200);

/** Sends a prompt to a model, without tools. Default provider and model: those of the configuration. */
export const PromptStep = z.strictObject({
  ...common,
  ...runsByItself,
  type: z.literal('PROMPT'),
  inputsTemplate: InputsTemplate.and(z.looseObject({ prompt: TemplateText.min(1, 'must not be empty') })),
  provider: z.string().min(1).max(63).optional(),
  model: ModelName.optional(),
  temperature: z.number().min(0).max(2).optional(),
  maxTokens: z.number().int().min(1).max(1_000_000).optional(),
});
export type PromptStep = z.infer<typeof PromptStep>;

/** Gives a task to an agent. `approvers`: who is asked about its calls that need a person; default who started the task. */
export const AgentStep = z.strictObject({
  ...common,
  ...runsByItself,
  type: z.literal('AGENT'),
  agentId: z.string().regex(/^[0-9a-f]{24}$/, 'must be the id of an agent'),
  inputsTemplate: InputsTemplate.and(z.looseObject({ task: TemplateText.min(1, 'must not be empty') })),
  approvers: z.array(TemplateText.min(1)).max(50).optional(),
});
export type AgentStep = z.infer<typeof AgentStep>;

/** Calls one tool of a tool server. */
export const ToolStep = z.strictObject({
  ...common,
  ...runsByItself,
  type: z.literal('TOOL'),
  toolServer: z.string().min(1, 'must not be empty').max(63),
  tool: ToolName,
  inputsTemplate: z.strictObject({ arguments: z.record(z.string(), z.json()).optional() }).optional(),
});
export type ToolStep = z.infer<typeof ToolStep>;

/** One step as it travels: created, read and exported in this form. */
export const StepInput = z.discriminatedUnion(
  'type',
  [UserMessageStep, HumanStep, PromptStep, AgentStep, ToolStep, WaitStep],
  {
    error: (issue) =>
      issue.code === 'invalid_union' ? 'must be USER_MESSAGE, HUMAN, PROMPT, AGENT, TOOL or WAIT' : undefined,
  },
);
export type StepInput = z.infer<typeof StepInput>;

/** A step of a stored definition: the same, with its id. */
export type Step = StepInput & { id: string };
export type StepType = Step['type'];

/** A step that people do. */
export type AskStep = Extract<Step, { type: 'USER_MESSAGE' | 'HUMAN' }>;
/** A step that a model or a tool does, by itself. */
export type RunStep = Extract<Step, { type: 'PROMPT' | 'AGENT' | 'TOOL' }>;

export function isAskStep(step: Step): step is AskStep {
  return step.type === 'USER_MESSAGE' || step.type === 'HUMAN';
}

export function isRunStep(step: Step): step is RunStep {
  return step.type === 'PROMPT' || step.type === 'AGENT' || step.type === 'TOOL';
}

/** What an execution is pinned to. Never changed once it is stored. */
export interface Definition {
  revisionId: string;
  revision: number;
  workflowId: string;
  orgId: string;
  name: string;
  inputsSchema: JsonSchema;
  /** Default: `origin`. */
  postTo?: PostTo;
  /** The workflow whose events its tasks are about: they have no card, and speak in the thread of the other task. */
  listensTo?: string;
  steps: Step[];
}

export const emptyInputsSchema: JsonSchema = { type: 'object', properties: {}, additionalProperties: false };

export function findStep(definition: Definition, stepId: string | null): Step | undefined {
  return definition.steps.find((step) => step.id === stepId);
}

export function findStepByName(definition: Definition, name: string): Step | undefined {
  return definition.steps.find((step) => step.name === name);
}

/** The step after this one by position, or null after the last. */
export function nextStep(steps: readonly Step[], stepId: string): Step | null {
  const index = steps.findIndex((step) => step.id === stepId);
  return index === -1 ? null : (steps[index + 1] ?? null);
}

export function outcomesOf(step: HumanStep): readonly Outcome[] {
  return step.outcomes ?? defaultOutcomes;
}

/** The templates of a step's inputs. */
export function inputsTemplateOf(step: Step): JsonObject {
  return (step.inputsTemplate ?? {}) as JsonObject;
}

/** How many people must choose the outcome. One is enough to refuse unless the policy says more. */
export function votesRequired(step: HumanStep, outcome: Outcome): number {
  const { required = 1, rejectionsRequired = 1 } = step.policy ?? {};
  return isRefusal(step, outcome.name) ? rejectionsRequired : required;
}

/** True for `rejected`, and for outcomes that are styled `danger`. */
export function isRefusal(step: HumanStep, outcomeName: string | null): boolean {
  return (
    outcomeName === 'rejected' ||
    outcomesOf(step).find(({ name }) => name === outcomeName)?.style === 'danger'
  );
}
