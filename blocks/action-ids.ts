/** Every button and menu that the bot reacts to. */
export const actionIds = {
  /** With `:<index>` of the outcome behind it, because the buttons of one block need different ids. */
  decide: 'task.decide',
  markDone: 'task.mark_done',
  /** Value: an execution's id. */
  showStatus: 'task.status',
  /** No value: the tasks of whoever clicks. */
  showTasks: 'task.list',
  /** No value: what waits for whoever clicks, and their open requests. */
  showMine: 'task.mine',
  /** Value of these: an execution's id. */
  cancelTask: 'task.cancel',
  retryTask: 'task.retry',
  restartTask: 'task.restart',
  reassignTask: 'task.reassign',
  /** Value: what would be typed behind `/workflow`. With `:<index>` where several stand in one block. */
  runCommand: 'command.run',
  /** Value: the number of the page, from 0. */
  homePage: 'home.page',
  /** Value of these: a workflow's id. With `:<index>` where several stand in one block. */
  openStart: 'workflow.start',
  showWorkflow: 'workflow.show',
  addMessageStep: 'workflow.add_message_step',
  addHumanStep: 'workflow.add_human_step',
  activate: 'workflow.activate',
  pause: 'workflow.pause',
  /** Value: `encodeStepRef`. A button, or a menu whose options have such values. */
  routeStep: 'workflow.route_step',
  openNew: 'workflow.new',
  showList: 'workflow.list',
  showHelp: 'help.show',
  /** A link: the browser opens it, and there is nothing to do. */
  openBoard: 'board.open',
} as const;

export const callbackIds = {
  startForm: 'workflow.start_form',
  reason: 'task.reason_form',
  /** A decision with its form and its reason. */
  decision: 'task.decision_form',
  cancelTask: 'task.cancel_form',
  reassignTask: 'task.reassign_form',
  /** Which workflow to start with a message. */
  pickWorkflow: 'workflow.pick_form',
  newWorkflow: 'workflow.new_form',
  addStep: 'workflow.add_step_form',
  route: 'workflow.route_form',
} as const;

/** The message shortcuts, as the manifest names them. */
export const shortcutIds = {
  startWithMessage: 'start_with_message',
  taskStatus: 'task_status',
  whyTask: 'why_task',
  cancelTask: 'cancel_task',
  retryTask: 'retry_task',
  reassignTask: 'reassign_task',
} as const;

/** Matches the action ids of all decide buttons. */
export const decideActionPattern = /^task\.decide:\d+$/;
/** Matches `openStart` with or without an index. */
export const openStartPattern = /^workflow\.start(:\d+)?$/;
/** Matches `showWorkflow` with or without an index. */
export const showWorkflowPattern = /^workflow\.show(:\d+)?$/;

/** Matches `runCommand` with or without an index. */
export const runCommandPattern = /^command\.run(:\d+)?$/;
/** Matches `homePage` with its index. */
export const homePagePattern = /^home\.page:\d+$/;

/** The block id that ties a message to its task, so that a shortcut on it, or a mention below it, finds the task. */
export function taskBlockId(executionId: string): string {
  return `task:${executionId}`;
}

/** @returns null for every other block id */
export function readTaskBlockId(blockId: string): string | null {
  return /^task:([0-9a-f]{24})$/.exec(blockId)?.[1] ?? null;
}

/** The action id of the button for the outcome at `index`. */
export function decideActionId(index: number): string {
  return `${actionIds.decide}:${index}`;
}

/** What a click on a decide or *Mark done* button is about. `outcome` is null for *Mark done*. */
export interface Decision {
  executionId: string;
  stepExecutionId: string;
  outcome: string | null;
  /** `decisionDigest` of what was shown with the button. */
  digest?: string;
  /** True for a message that shows this ask and nothing else, to one person: it gives way to what came of it. */
  isPrivate?: true;
}

/** A button's value: `{ e, s, o, d, p }` as JSON, well below 2,000 characters. */
export function encodeDecision(decision: Decision): string {
  const { executionId, stepExecutionId, outcome, digest, isPrivate } = decision;
  return JSON.stringify({
    e: executionId,
    s: stepExecutionId,
    ...(outcome === null ? {} : { o: outcome }),
    ...(digest === undefined ? {} : { d: digest }),
    ...(isPrivate === true ? { p: 1 } : {}),
  });
}

/** @returns null for anything that `encodeDecision` did not make */
export function decodeDecision(value: unknown): Decision | null {
  const parsed = parseObject(value);
  const { e, s, o, d, p } = parsed;
  if (!isShortText(e) || !isShortText(s)) return null;
  if (o !== undefined && !isShortText(o)) return null;
  if (d !== undefined && !isShortText(d)) return null;
  return {
    executionId: e,
    stepExecutionId: s,
    outcome: o ?? null,
    ...(d === undefined ? {} : { digest: d }),
    ...(p === 1 ? { isPrivate: true } : {}),
  };
}

/** A step of the newest revision of a workflow. Fits an option's value (75 characters). */
export interface StepRef {
  workflowId: string;
  stepId: string;
}

export function encodeStepRef({ workflowId, stepId }: StepRef): string {
  return `${workflowId}:${stepId}`;
}

/** @returns null for anything that `encodeStepRef` did not make */
export function decodeStepRef(value: unknown): StepRef | null {
  const [workflowId, stepId, ...more] = typeof value === 'string' ? value.split(':') : [];
  if (!workflowId || !stepId || more.length > 0) return null;
  return { workflowId, stepId };
}

function parseObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'string') return {};
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isShortText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 255;
}
