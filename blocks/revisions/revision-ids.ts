/** Buttons about the revisions of a workflow. Value of these: a workflow's id. */
export const revisionActions = {
  move: 'revision.move',
  showDiff: 'revision.diff',
  backtest: 'revision.backtest',
  previewMove: 'revision.preview_move',
} as const;
