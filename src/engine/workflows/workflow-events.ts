import type { WorkflowOutbox } from '../../../models/workflow-outbox.ts';
import type { OrgEventDraft, OrgEventLog } from '../../domain/org-event.ts';
import type { EventFanOut, OutboundEvent } from '../../domain/outbound-event.ts';
import type { Logger } from '../../logger.ts';

interface WorkflowEventsDeps {
  outbox: WorkflowOutbox;
  orgEvents: OrgEventLog;
  /** Absent: nobody outside is told. */
  fanOut?: EventFanOut;
  logger: Logger;
}

/** How many workflows one flush looks after. */
const maxFlushed = 200;

/**
 * Brings what was done to workflows from their outboxes into the org's log and to receivers. The events
 * were committed with the change itself, so that none can be lost; each may be handed over twice, and
 * is known again by its id.
 */
export interface WorkflowEvents {
  /** Hands over what the workflow's outbox has. A failure is logged, and left for `flush`. */
  publish(workflowId: string): Promise<void>;
  /** Hands over what a process left behind that died, or could not. @returns how many workflows had any */
  flush(): Promise<number>;
}

export function createWorkflowEvents(deps: WorkflowEventsDeps): WorkflowEvents {
  const { outbox, orgEvents, fanOut, logger } = deps;

  async function handOver(workflowId: string): Promise<void> {
    const drafts = await outbox.read(workflowId);
    if (drafts.length === 0) return;
    await orgEvents.append(drafts);
    await fanOut?.offer(drafts.filter(({ type }) => type === 'WORKFLOW_STEP_CREATED').map(toOutbound));
    await outbox.remove(
      workflowId,
      drafts.map(({ id }) => id),
    );
  }

  async function publish(workflowId: string): Promise<void> {
    try {
      await handOver(workflowId);
    } catch (error) {
      logger.warn({ err: error, workflowId }, 'events of a workflow could not be handed over; they are kept');
    }
  }

  return {
    publish,
    async flush() {
      const left = await outbox.list(maxFlushed);
      for (const workflowId of left) await publish(workflowId);
      return left.length;
    },
  };
}

function toOutbound({
  id,
  type,
  createdAt,
  orgId,
  workflowId,
  subject,
  data,
  actor,
}: OrgEventDraft): OutboundEvent {
  return {
    id,
    type,
    createdAt,
    orgId,
    workflowId: workflowId ?? '',
    executionId: null,
    stepId: subject.id,
    stepName: subject.name,
    data: { ...data, actor: { ...actor } },
  };
}
