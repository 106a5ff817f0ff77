import { fitInputs } from '../../domain/fit-inputs.ts';
import { type JsonObject, assertStorableJson } from '../../domain/json.ts';
import { type JsonSchema, findSchemaErrors } from '../../domain/json-schema.ts';
import { assertMapping, renderMapping } from '../../domain/mapping.ts';
import { lastRun, nextRun } from '../../domain/schedule-times.ts';
import { scheduleRoots } from '../../domain/triggers/schedule-trigger.ts';
import { wallTimeAt } from '../../domain/working-hours.ts';
import { ValidationError } from '../../errors.ts';
import type { Schedule } from './schedules.ts';

/** What of a schedule its inputs follow from. */
export type InputsOfSchedule = Pick<Schedule['settings'], 'cron' | 'timeZone' | 'inputsTemplate'>;

const dayMs = 86_400_000;
const path = 'inputsTemplate';

/**
 * What the task gets that is started for the time `at`.
 *
 * @param schema of the workflow's inputs
 * @param lastAt the time that the schedule last started a task for; null at first, when the time before `at` stands for it
 */
export function scheduleInputs(
  settings: InputsOfSchedule,
  schema: JsonSchema,
  at: Date,
  lastAt: Date | null,
): JsonObject {
  const { day } = wallTimeAt(at, settings.timeZone);
  const values = {
    now: at.toISOString(),
    today: new Date(day * dayMs).toISOString().slice(0, 10),
    lastRun: (lastAt ?? lastRun(settings, at))?.toISOString() ?? null,
  };
  return fitInputs(renderMapping(settings.inputsTemplate, values), schema);
}

/**
 * Promises that the workflow takes what the schedule gives: what is wrong is said to whoever types it, not to nobody
 * when it is time.
 *
 * @throws ValidationError with the paths, below `inputsTemplate`
 */
export function assertScheduleInputs(settings: InputsOfSchedule, schema: JsonSchema, now: Date): void {
  assertMapping(settings.inputsTemplate, path, scheduleRoots);
  const inputs = scheduleInputs(settings, schema, nextRun(settings, now) ?? now, null);
  assertStorableJson(inputs, path);
  const errors = findSchemaErrors(schema, inputs, path);
  if (errors.length === 0) return;
  const places = errors.map((error) => `${error.path.slice(path.length + 1) || 'inputs'} ${error.message}`);
  throw new ValidationError(
    `The inputs do not fit this workflow: ${places.join('; ')}.`,
    errors,
    'inputs-invalid',
  );
}
