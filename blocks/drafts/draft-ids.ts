export const draftActions = {
  /** Value: a draft's id. */
  save: 'drafts.save',
  /** Value: a draft's id; none for a new one. */
  describe: 'drafts.describe',
} as const;

export const draftCallbacks = { describe: 'drafts.form' } as const;
