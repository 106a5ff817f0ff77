import { AppError, ValidationError } from '../../errors.ts';

/** What a rehearsal cannot do: a move that the engine refuses, or that names a step at which the task is not. */
export class MoveRefused extends ValidationError {
  /** The place of the move among those that were given, from 0; -1 for the start. */
  readonly index: number;

  constructor(message: string, index: number) {
    const path = index < 0 ? 'inputs' : `moves/${index}`;
    super(message, [{ path, message }], 'move-refused');
    this.index = index;
  }
}

/** The refusal of a move, in the words of the engine. Anything that is no `AppError` is thrown on. */
export function asRefused(error: unknown, index: number): MoveRefused {
  if (!(error instanceof AppError)) throw error;
  const places = error.fields.map(({ path, message }) => `${path} ${message}`.trim());
  const more = places.length === 0 ? '' : ` (${places.slice(0, 5).join('; ')})`;
  return new MoveRefused(`${error.message}${more}`, index);
}
