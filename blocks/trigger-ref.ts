/** One trigger of one workflow, and for a switch what it is to be. */
export interface TriggerRef {
  workflowId: string;
  triggerId: string;
  enabled?: boolean;
}

export function encodeTriggerRef({ workflowId, triggerId, enabled }: TriggerRef): string {
  return [workflowId, triggerId, ...(enabled === undefined ? [] : [enabled ? 'on' : 'off'])].join(':');
}

/** @returns null for anything that `encodeTriggerRef` did not make */
export function decodeTriggerRef(value: string): TriggerRef | null {
  const [, workflowId, triggerId, state] = /^([0-9a-f]{24}):([0-9a-f]{24})(?::(on|off))?$/.exec(value) ?? [];
  if (workflowId === undefined || triggerId === undefined) return null;
  return { workflowId, triggerId, ...(state === undefined ? {} : { enabled: state === 'on' }) };
}
