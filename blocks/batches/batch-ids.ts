/** Buttons of a batch. Value: `encodeBatchRef`. */
export const batchActions = {
  start: 'batch.start',
  /** Starts the rows that are right. */
  startRight: 'batch.start_right',
  pause: 'batch.pause',
  resume: 'batch.resume',
  cancel: 'batch.cancel',
  /** Value: a workflow's id and a file's id, as `encodeBatchRef` joins two. */
  check: 'batch.check',
} as const;

export function encodeBatchRef(workflowId: string, batchId: string): string {
  return `${workflowId}:${batchId}`;
}

/** @returns null for anything that `encodeBatchRef` did not make */
export function decodeBatchRef(value: string): { workflowId: string; batchId: string } | null {
  const [, workflowId, batchId] = /^([0-9a-f]{24}):([0-9A-Za-z]{1,40})$/.exec(value) ?? [];
  return workflowId === undefined || batchId === undefined ? null : { workflowId, batchId };
}
