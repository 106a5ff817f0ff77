/** What the buttons about schedules are called. */
export const scheduleActions = {
  /** Value: a workflow's id. */
  show: 'schedules.show',
  create: 'schedules.create',
  /** Value: `triggerRef`. */
  edit: 'schedules.edit',
  pause: 'schedules.pause',
  resume: 'schedules.resume',
  delete: 'schedules.delete',
} as const;

export const scheduleCallbacks = { create: 'schedules.create_form', edit: 'schedules.edit_form' } as const;
