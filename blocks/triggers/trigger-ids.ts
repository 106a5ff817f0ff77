/** What the buttons of triggers are called. */
export const triggerActions = {
  /** Value: a workflow's id. */
  show: 'triggers.show',
  createMessage: 'triggers.create_message',
  createReaction: 'triggers.create_reaction',
  /** Value: `encodeTriggerRef`. */
  edit: 'triggers.edit',
  /** Value: `encodeTriggerRef`. */
  log: 'triggers.log',
  /** With `:<place>` behind it. Value: `encodeTriggerRef`. */
  switch: 'triggers.switch',
} as const;

export const triggerSwitchPattern = /^triggers\.switch:\d+$/;

export const triggerCallbacks = {
  create: 'triggers.create_form',
  trigger: 'triggers.form',
  name: 'triggers.name_form',
  where: 'triggers.where_form',
  match: 'triggers.match_form',
  inputs: 'triggers.inputs_form',
  tryIt: 'triggers.try_form',
  delete: 'triggers.delete_form',
} as const;
