/** Buttons of the list of agents that listen to a workflow. */
export const listenerActions = {
  /** Value of these two: a workflow's id. */
  show: 'listeners.show',
  attach: 'listeners.attach',
  /** Value of these: `encodeListenerRef`. */
  switchOn: 'listeners.switch_on',
  switchOff: 'listeners.switch_off',
  detach: 'listeners.detach',
} as const;

export const listenerCallbacks = { attach: 'listeners.attach_form' } as const;

export function encodeListenerRef(ref: { workflowId: string; listenerId: string }): string {
  return `${ref.workflowId}:${ref.listenerId}`;
}

/** @returns null for anything that `encodeListenerRef` did not make */
export function decodeListenerRef(value: string): { workflowId: string; listenerId: string } | null {
  const [, workflowId, listenerId] = /^([0-9a-f]{24}):([0-9a-f]{24})$/.exec(value) ?? [];
  return workflowId === undefined || listenerId === undefined ? null : { workflowId, listenerId };
}
