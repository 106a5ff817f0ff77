import { actionIds, decodeStepRef } from '../../../../blocks/action-ids.ts';
import {
  authoringActions,
  encodeStepAction,
  showPagePattern,
} from '../../../../blocks/authoring/authoring-ids.ts';
import { ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { changeStatus } from '../actions/change-status.ts';
import type { Click } from '../actions/click.ts';
import type { ClickHandler } from '../actions/click-handler.ts';
import { openAddStepForm } from '../shared/open-forms.ts';
import { openStepKinds } from './choose-step-kind.ts';
import { exportWorkflow } from './export-workflow.ts';
import { openImport } from './import-workflow.ts';
import { openInputs } from './open-fields.ts';
import { openSettings } from './settings.ts';
import { useStepMenu } from './step-menu.ts';
import { turnCardPage } from './turn-card-page.ts';

/** One entry per button and menu with which workflows are changed. */
export const authoringHandlers: readonly ClickHandler[] = [
  {
    match: actionIds.addMessageStep,
    handle: (deps, click) =>
      openAddStepForm(deps, click, { workflowId: click.value, type: 'USER_MESSAGE', card: click.place }),
  },
  {
    match: actionIds.addHumanStep,
    handle: (deps, click) =>
      openAddStepForm(deps, click, { workflowId: click.value, type: 'HUMAN', card: click.place }),
  },
  {
    match: authoringActions.addWaitStep,
    handle: (deps, click) =>
      openAddStepForm(deps, click, { workflowId: click.value, type: 'WAIT', card: click.place }),
  },
  { match: authoringActions.addOtherStep, handle: openStepKinds },
  { match: authoringActions.stepMenu, handle: useStepMenu },
  { match: actionIds.routeStep, handle: openRoutes },
  { match: authoringActions.editInputs, handle: openInputs },
  { match: authoringActions.editSettings, handle: openSettings },
  {
    match: authoringActions.exportFile,
    handle: (deps, click) => exportWorkflow(deps, click, click.value),
  },
  {
    match: authoringActions.importFile,
    handle: (deps, click) => openImport(deps, click, click.value === 'new' ? null : click.value),
  },
  { match: showPagePattern, handle: turnCardPage },
  { match: actionIds.activate, handle: (deps, click) => changeStatus(deps, click, 'ACTIVE') },
  { match: actionIds.pause, handle: (deps, click) => changeStatus(deps, click, 'PAUSED') },
];

/** *Change routes* on cards from before steps had a menu. */
async function openRoutes(deps: SlackDeps, click: Click): Promise<void> {
  const ref = decodeStepRef(click.value);
  if (ref === null)
    throw new ValidationError('This button is from another version of Baton. Open the workflow again.');
  const value = encodeStepAction({ ...ref, verb: 'routes', revision: 0 });
  await useStepMenu(deps, { ...click, value });
}
