import { PermissionError } from '../../errors.ts';

/** Whoever did something is of another workspace, with which a channel is shared, and no admin has added them. */
export class OutsiderError extends PermissionError {
  constructor() {
    super(
      'You belong to another workspace than the one that Baton works for here, so you cannot use it. Ask one of its admins to add you.',
      'outsider',
    );
  }
}
