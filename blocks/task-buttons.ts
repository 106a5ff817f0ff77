import type { Button } from '@slack/types';
import { currentStepExecution, hasEnded } from '../src/domain/execution.ts';
import { actionIds } from './action-ids.ts';
import { button } from './elements.ts';
import { whyActions } from './why/why-ids.ts';
import type { TaskView } from './task-view.ts';

/**
 * What can be done with the task as it stands. Everybody who sees it sees these; who may do them is checked
 * when they are clicked. `isDetail`: the status is what they look at already.
 */
export function taskButtons({ execution }: TaskView, isDetail: boolean): Button[] {
  const { id, status, workflowName } = execution;
  const one = (text: string, actionId: string, style?: 'primary'): Button =>
    button({ text, actionId, value: id, style, label: `${text}: ${workflowName}` });
  if (hasEnded(execution)) return [];
  const isFailed = status === 'FAILED';
  const isAsking = !isFailed && (currentStepExecution(execution)?.assignees.length ?? 0) > 0;
  return [
    ...(isDetail ? [] : [one('Status', actionIds.showStatus)]),
    one('Why?', whyActions.why),
    ...(isFailed
      ? [one('Retry this step', actionIds.retryTask, 'primary'), one('Start over', actionIds.restartTask)]
      : []),
    ...(isAsking ? [one('Reassign', actionIds.reassignTask)] : []),
    one('Cancel task', actionIds.cancelTask),
  ];
}
