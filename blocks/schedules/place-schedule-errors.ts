import type { FieldError } from '../../src/errors.ts';
import { type FormErrors, wordError } from '../form-errors.ts';
import { placeInMapping } from '../mapping-inputs.ts';
import { scheduleFormBlocks } from './schedule-form.ts';

/** The path of what the task gets. */
const inputsPath = 'inputsTemplate/';

/**
 * What the rules refuse of a schedule, at the inputs of its form; '' is the form as a whole.
 *
 * @param blockIds the inputs that the form has
 */
export function placeScheduleErrors(
  { code, message, fields }: { code: string; message: string; fields: readonly FieldError[] },
  blockIds: readonly string[],
): FormErrors {
  const { name } = scheduleFormBlocks;
  if (code === 'name-taken') return { [blockIds.includes(name) ? name : '']: message };
  const errors: FormErrors = {};
  for (const field of fields) {
    const { block, below } = placeOf(field.path);
    const isThere = blockIds.includes(block);
    const words = wordError(isThere ? field.message : `${field.path} ${field.message}`, below);
    errors[isThere ? block : ''] ??= words;
  }
  return fields.length > 0 ? errors : { '': message };
}

function placeOf(path: string): { block: string; below: string } {
  if (path === 'when') return { block: scheduleFormBlocks.when, below: '' };
  if (path === 'timeZone') return { block: scheduleFormBlocks.timeZone, below: '' };
  if (path === 'name') return { block: scheduleFormBlocks.name, below: '' };
  if (path.startsWith(inputsPath)) return placeInMapping(path.slice(inputsPath.length));
  return { block: '', below: '' };
}
