/** What the buttons of the list of keys are called. */
export const keyActions = {
  /** No value. */
  show: 'keys.show',
  create: 'keys.create',
  /** Value: a key's id. */
  revoke: 'keys.revoke',
} as const;

export const keyCallbacks = { create: 'keys.create_form' } as const;
