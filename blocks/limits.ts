/**
 * Slack's limits, in UTF-16 code units unless the name counts things. From the doc comments of
 * `@slack/types` and docs.slack.dev; `messageBlocks` and `messageBlocksText` from experience.
 */
export const limits = {
  messageBlocks: 50,
  /** All text of a message's blocks together. Slack refuses at about 13,200. */
  messageBlocksText: 13_000,
  /** The fallback; Slack advises at most 4,000. */
  messageText: 3_000,
  viewBlocks: 100,
  sectionText: 3_000,
  sectionFields: 10,
  fieldText: 2_000,
  headerText: 150,
  contextElements: 10,
  contextText: 3_000,
  actionsElements: 25,
  buttonText: 75,
  buttonValue: 2_000,
  accessibilityLabel: 75,
  optionText: 75,
  optionValue: 75,
  selectOptions: 100,
  /** Of checkboxes and radio buttons. */
  groupOptions: 10,
  placeholder: 150,
  labelText: 2_000,
  hintText: 2_000,
  inputLength: 3_000,
  blockId: 255,
  actionId: 255,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  viewTitle: 24,
  viewButton: 24,
  privateMetadata: 3_000,
} as const;
