import { z } from 'zod';
import { Move, Scenario } from '../../../domain/rehearsal.ts';
import { Json, JsonRecord, Time } from './common.ts';

const Status = z.enum(['RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'EXPIRED']);
const MoveOut = Move.meta({ id: 'Move' });

const EndOut = z
  .strictObject({
    status: Status,
    at: z.string().nullable().describe('The step that the task is at, or stopped at'),
    path: z.array(z.string()).describe('The steps that it has visited, in order'),
  })
  .meta({ id: 'RehearsalEnd' });

const way = {
  step: z.string(),
  condition: z.string().nullable().describe('Null: the steps just follow each other'),
  to: z.string().describe('The name of a step, or `complete`'),
};

const AutomaticOut = z
  .strictObject({
    kind: z.literal('automatic'),
    revision: z.number().int(),
    isComplete: z.boolean().describe('False: not everything was tried, and `stoppedBecause` says why'),
    stoppedBecause: z.string().nullable(),
    states: z.number().int().describe('How many situations of a task were told apart'),
    handoffs: z.strictObject({
      covered: z.number().int(),
      total: z.number().int(),
      neverTaken: z.array(z.strictObject({ ...way, because: z.string() })),
    }),
    outcomes: z.array(
      z.strictObject({
        status: z.enum(['COMPLETED', 'FAILED', 'EXPIRED']),
        step: z.string().nullable(),
        condition: z.string().nullable(),
        failure: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
        inputs: JsonRecord,
        moves: z.array(MoveOut).describe('The shortest path; played again, it gives this outcome'),
        path: z.array(z.string()),
        tookMs: z.number().int().describe('When everybody acts at once: only what is waited for'),
      }),
    ),
    longest: z.strictObject({
      ms: z.number().int().nullable().describe('Null: as long as a task lives, which is a year'),
      because: z.string(),
    }),
    asked: z.array(
      z.strictObject({
        recipient: z.string(),
        least: z.number().int(),
        most: z.number().int(),
        reminders: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'Exploration' });

const ScriptedOut = z
  .strictObject({
    kind: z.literal('scripted'),
    revision: z.number().int(),
    end: EndOut,
    now: Time.describe('In the time of the rehearsal'),
    context: z.strictObject({ inputs: JsonRecord, steps: JsonRecord }),
    failure: z.strictObject({ code: z.string(), message: z.string(), data: JsonRecord }).nullable(),
    records: z
      .array(
        z.strictObject({
          move: MoveOut.nullable().describe('Null for the start'),
          at: Time,
          events: z.array(z.strictObject({ type: z.string(), stepName: z.string().nullable(), data: Json })),
          effects: z
            .array(z.strictObject({ kind: z.string(), text: z.string() }))
            .describe('What would have been done outside; nothing of it was'),
        }),
      )
      .describe('What the start and each move did'),
    refused: z
      .strictObject({ index: z.number().int(), message: z.string() })
      .nullable()
      .describe('The move that is not allowed; those behind it were not made'),
  })
  .meta({ id: 'Rehearsal' });

export const SimulationOut = z.union([AutomaticOut, ScriptedOut]);

export const ScenarioOut = Scenario.extend({
  result: z.strictObject({
    passed: z.boolean(),
    problem: z.string().nullable().describe('What is not as expected, in one sentence'),
    end: EndOut.nullable().describe('Null when it could not be started'),
  }),
}).meta({ id: 'Scenario' });
