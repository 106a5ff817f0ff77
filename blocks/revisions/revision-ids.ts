/** Buttons about the revisions of a workflow. Value of these: a workflow's id. */
export const revisionActions = {
  /** Value: `encodeMoveTo`. */
  move: 'revision.move',
  showDiff: 'revision.diff',
  backtest: 'revision.backtest',
  previewMove: 'revision.preview_move',
} as const;

/** The revision that tasks are to be moved to, as whoever says so has seen it. */
export interface MoveTo {
  workflowId: string;
  /** Null: the button does not say. */
  revision: number | null;
}

export function encodeMoveTo({ workflowId, revision }: MoveTo): string {
  return revision === null ? workflowId : `${workflowId}:${revision}`;
}

export function decodeMoveTo(value: string): MoveTo {
  const [workflowId = '', revision = ''] = value.split(':');
  return { workflowId, revision: /^\d{1,9}$/.test(revision) ? Number(revision) : null };
}
