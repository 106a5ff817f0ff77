/** Says of which workflow which trigger is meant, in the value of a button. */
export interface TriggerRef {
  workflowId: string;
  triggerId: string;
}

const pattern = /^([0-9a-f]{24}):([0-9a-f]{24})$/;

export function encodeTriggerRef({ workflowId, triggerId }: TriggerRef): string {
  return `${workflowId}:${triggerId}`;
}

/** @returns null for what `encodeTriggerRef` has not made */
export function decodeTriggerRef(value: string): TriggerRef | null {
  const [, workflowId, triggerId] = pattern.exec(value) ?? [];
  return workflowId === undefined || triggerId === undefined ? null : { workflowId, triggerId };
}
