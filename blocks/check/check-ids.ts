/** Buttons of the check. */
export const checkActions = {
  /** Value: a workflow's id. */
  check: 'workflow.check',
} as const;
