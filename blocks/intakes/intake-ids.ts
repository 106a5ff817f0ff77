/** What the buttons about intakes are called. */
export const intakeActions = {
  /** Value: a workflow's id. */
  show: 'intakes.show',
  create: 'intakes.create',
  /** Value: `triggerRef`. */
  command: 'intakes.command',
  switchOff: 'intakes.switch_off',
  switchOn: 'intakes.switch_on',
  delete: 'intakes.delete',
} as const;

export const intakeCallbacks = { create: 'intakes.create_form' } as const;
