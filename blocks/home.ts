import type { HomeView, KnownBlock } from '@slack/types';
import type { Workflow } from '../src/domain/workflow.ts';
import { actionIds } from './action-ids.ts';
import { actions, button, context, divider, header, section } from './elements.ts';
import { escapeMrkdwn } from './escape.ts';
import { limits } from './limits.ts';
import { workflowRow } from './menu.ts';
import { requestRows } from './request-rows.ts';
import type { TaskView } from './task-view.ts';
import { waitingRows } from './waiting-rows.ts';
import { explainWorkflowStatus } from '../src/domain/workflow-words.ts';

/** How many of those that wait are shown at once. */
export const homePageSize = 10;

const maxYours = 10;
const maxWorkflows = 20;
const maxPaused = 5;

export interface HomeOptions {
  /** Those of this page that wait for this person, the most urgent first. */
  needsYou: readonly TaskView[];
  /** From 0. Default: 0. */
  page?: number;
  /** How many wait on all pages together. Default: those of this page. */
  waitingCount?: number;
  /** Newest first. */
  yours: readonly TaskView[];
  workflows: readonly Workflow[];
  /** The person's own settings, at the end. */
  settings?: readonly KnownBlock[];
}

/** The Home tab: what waits for this person, what they have asked for, and what they can start. */
export function homeView(options: HomeOptions): HomeView {
  const { settings = [] } = options;
  const blocks = [
    ...needsYouBlocks(options),
    divider(),
    ...yourBlocks(options.yours),
    divider(),
    ...workflowBlocks(options.workflows),
    ...(settings.length === 0 ? [] : [divider(), ...settings]),
  ];
  return { type: 'home', blocks: blocks.slice(0, limits.viewBlocks) };
}

/** The Home tab of somebody for whom there is none. @param why a sentence */
export function closedHomeView(why: string): HomeView {
  return { type: 'home', blocks: [section(escapeMrkdwn(why))] };
}

function needsYouBlocks({ needsYou, page = 0, waitingCount = needsYou.length }: HomeOptions): KnownBlock[] {
  const title = header('Needs your decision');
  const shown = needsYou.slice(0, homePageSize);
  if (shown.length === 0) return [title, section('Nothing waits for you. 🎉')];
  return [title, ...waitingRows(shown), ...pageBlocks(page, shown.length, waitingCount)];
}

/** Where in all of them this page is, and the way to the pages around it. */
function pageBlocks(page: number, shown: number, count: number): KnownBlock[] {
  const first = page * homePageSize;
  const isLast = first + shown >= count;
  if (page === 0 && isLast) return [];
  const turn = (text: string, to: number): ReturnType<typeof button> =>
    button({ text, actionId: `${actionIds.homePage}:${to}`, value: String(to) });
  const buttons = [
    ...(page > 0 ? [turn('Previous', page - 1)] : []),
    ...(isLast ? [] : [turn('Next', page + 1)]),
  ];
  return [context(`${first + 1} to ${first + shown} of ${count}, the most urgent first`), actions(buttons)];
}

function yourBlocks(tasks: readonly TaskView[]): KnownBlock[] {
  const title = header('Your requests');
  if (tasks.length === 0) return [title, section('You have not started anything yet.')];
  const more =
    tasks.length > maxYours
      ? [actions([button({ text: 'All my tasks', actionId: actionIds.showTasks })])]
      : [];
  return [title, ...requestRows(tasks.slice(0, maxYours)), ...more];
}

function workflowBlocks(workflows: readonly Workflow[]): KnownBlock[] {
  const active = workflows.filter(({ status }) => status === 'ACTIVE');
  const paused = workflows.filter(({ status }) => status === 'PAUSED');
  const rows = active.slice(0, maxWorkflows).map((workflow) => workflowRow(workflow));
  return [
    header('Start a workflow'),
    ...(rows.length === 0 ? [section('There is no workflow to start yet.')] : rows),
    ...paused
      .slice(0, maxPaused)
      .flatMap((workflow) => [workflowRow(workflow), context(explainWorkflowStatus('PAUSED', true))]),
    ...countMore(
      active.length + paused.length,
      Math.min(active.length, maxWorkflows) + Math.min(paused.length, maxPaused),
    ),
    actions([
      button({ text: 'All workflows', actionId: actionIds.showList }),
      button({ text: 'New workflow', actionId: actionIds.openNew }),
    ]),
  ];
}

function countMore(all: number, shown: number): KnownBlock[] {
  return all > shown ? [context(`… and ${all - shown} more`)] : [];
}
