/** What the buttons about being away are called. */
export const awayActions = {
  /** No value. */
  open: 'away.open',
  back: 'away.back',
  /** Value: the Slack user id of who takes over. */
  handOver: 'away.hand_over',
} as const;

export const awayCallbacks = { form: 'away.form' } as const;
