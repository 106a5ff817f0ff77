/** Names one run of one task: all that a job carries. */
export interface RunTicket {
  orgId: string;
  executionId: string;
  stepExecutionId: string;
}

export function encodeTicket({ orgId, executionId, stepExecutionId }: RunTicket): string {
  return `${orgId}/${executionId}/${stepExecutionId}`;
}

/** @returns null when the text is no ticket */
export function decodeTicket(text: string): RunTicket | null {
  const [orgId, executionId, stepExecutionId, ...rest] = text.split('/');
  if (!orgId || !executionId || !stepExecutionId || rest.length > 0) return null;
  return { orgId, executionId, stepExecutionId };
}
