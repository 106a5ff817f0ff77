import { z } from 'zod';
import { ActorOut, Id, Json, JsonRecord, Time } from './common.ts';

const FailureOut = z
  .strictObject({ code: z.string(), message: z.string(), data: JsonRecord })
  .meta({ id: 'Failure' });

const StepContextOut = z.strictObject({
  inputs: JsonRecord,
  output: Json,
  condition: z.string().nullable(),
  actor: Json,
  comment: z.string().nullable(),
});

export const ExecutionOut = z
  .strictObject({
    id: Id,
    workflowId: Id,
    orgId: Id,
    revision: z.number().int().describe('The revision that it is pinned to'),
    status: z.enum(['RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'EXPIRED']),
    pointer: Id.nullable().describe('The step that it is at; null when it has ended'),
    context: z.strictObject({ inputs: JsonRecord, steps: z.record(z.string(), StepContextOut) }),
    startedBy: ActorOut,
    failure: FailureOut.nullable(),
    createdAt: Time,
    updatedAt: Time,
    endedAt: Time.nullable(),
    expiresAt: Time,
  })
  .meta({ id: 'Execution' });

const VoteOut = z.looseObject({
  actor: ActorOut,
  outcome: z.string(),
  comment: z.string().nullable(),
  output: Json.describe('The form as they sent it; null when they sent none'),
  recipients: z.array(z.string()).describe('The recipients that entitled them'),
  at: Time,
});

const AskOut = z
  .strictObject({
    recipient: z.string(),
    onBehalfOf: z.string().nullable().describe('For whom they stand in'),
    askedAt: Time,
    reminders: z.number().int().describe('How often they were reminded'),
    about: z
      .string()
      .optional()
      .describe('What they were asked, where that is not the step’s own message: the calls of an agent'),
    closed: z
      .strictObject({
        why: z.enum(['reassigned', 'delegated', 'escalated', 'excluded', 'no-delegate', 'decided']),
        to: z.array(z.string()).describe('Who is asked instead'),
        by: ActorOut,
        note: z.string().nullable(),
        at: Time,
      })
      .nullable()
      .describe('Why they may no longer answer; null while they may'),
  })
  .meta({ id: 'Ask' });

const DelegationOut = z.strictObject({
  from: z.string(),
  to: z.string().nullable().describe('Null: nobody stands in'),
  reason: z.string(),
  at: Time,
});

const RunOut = z
  .strictObject({
    handler: z
      .string()
      .nullable()
      .describe('An agent’s name, `server/tool` or `provider/model`; null before the first call has ended'),
    attempt: z.number().int().describe('From 1'),
    waiting: z
      .strictObject({
        kind: z.enum(['no-provider', 'queued', 'retrying', 'approval']),
        message: z.string(),
        since: Time,
      })
      .nullable()
      .describe('Why it is not running; null while it runs'),
    usage: z.strictObject({ promptTokens: z.number().int(), completionTokens: z.number().int() }),
    calls: z.array(JsonRecord).describe('The newest calls of models and tools; the log has them all'),
  })
  .meta({ id: 'Run' });

/** One visit of an execution to a step. */
export const StepExecutionOut = z
  .strictObject({
    id: Id,
    index: z.number().int().describe('Place in the stack, from 0'),
    stepId: Id,
    stepName: z.string(),
    type: z.string(),
    visit: z.number().int().describe('How often the task had come to this step, this time included'),
    status: z.enum(['SCHEDULED', 'STARTED', 'COMPLETED', 'FAILED', 'CANCELLED']),
    inputs: JsonRecord,
    assignees: z.array(z.string()).describe('Who may act now'),
    asks: z.array(AskOut).describe('Everybody who was ever asked'),
    votes: z.array(VoteOut),
    prefilled: JsonRecord.describe('What the form starts with, by field of the output schema'),
    decisionDigest: z.string().nullable().describe('Of what is decided on: send it back with the decision'),
    delegations: z.array(DelegationOut),
    unanswerable: z
      .strictObject({ reason: z.string(), at: Time })
      .nullable()
      .describe('Nobody is left who could do it; it waits for a reassignment'),
    outcome: z.string().nullable(),
    condition: z.string().nullable(),
    output: Json,
    actor: ActorOut.nullable(),
    comment: z.string().nullable(),
    failure: FailureOut.nullable(),
    run: RunOut.nullable().describe('What a model or a tool has done of it; null for the steps of people'),
    undeliverable: z.array(z.strictObject({ recipient: z.string(), reason: z.string() })),
    scheduledAt: Time,
    startedAt: Time.nullable(),
    endedAt: Time.nullable(),
    dueAt: Time.nullable(),
  })
  .meta({ id: 'StepExecution' });

export const EventOut = z
  .strictObject({
    id: Id,
    type: z.string(),
    createdAt: Time,
    orgId: Id,
    workflowId: Id,
    executionId: Id,
    stepId: Id.nullable(),
    stepName: z.string().nullable(),
    seq: z.number().int().describe('From 1, without a gap'),
    actor: ActorOut,
    data: JsonRecord,
    prevHash: z.string(),
    hash: z.string().describe('sha256(prevHash + canonical JSON of the rest), in hex'),
  })
  .meta({ id: 'ExecutionEvent' });
