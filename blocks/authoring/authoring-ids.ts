/** Buttons and menus with which workflows are made and changed. */
export const authoringActions = {
  /** Value: a workflow's id. */
  addWaitStep: 'workflow.add_wait_step',
  /** Value: a workflow's id. Asks which kind of step. */
  addOtherStep: 'workflow.add_other_step',
  editInputs: 'workflow.edit_inputs',
  editSettings: 'workflow.edit_settings',
  exportFile: 'workflow.export',
  /** Value: the id of the workflow that the file is for, or `new`. */
  importFile: 'workflow.import',
  /** Value: `encodeStepAction`. A button, or a menu whose options have such values. */
  stepMenu: 'workflow.step_menu',
  /** With `:<index>` behind it. Value: `encodeCardPage`. */
  showPage: 'workflow.show_page',
} as const;

export const authoringCallbacks = {
  stepKind: 'workflow.step_kind',
  newToolStep: 'workflow.new_tool_step',
  step: 'workflow.step',
  stepPart: 'workflow.step_part',
  deleteStep: 'workflow.delete_step',
  condition: 'workflow.condition',
  fields: 'workflow.fields',
  field: 'workflow.field',
  schema: 'workflow.schema',
  settings: 'workflow.settings',
  importFile: 'workflow.import_file',
  importPreview: 'workflow.import_preview',
} as const;

/** Matches `showPage` with its index. */
export const showPagePattern = /^workflow\.show_page:\d+$/;

/** What a form of a step is about; each has one job. */
export const stepParts = [
  'name',
  'text',
  'people',
  'rules',
  'outcomes',
  'wait',
  'model',
  'agent',
  'tool',
  'arguments',
  'routes',
  'answer',
  'attempts',
  'reminder',
  'deadline',
  'visits',
  'place',
] as const;
export type StepPart = (typeof stepParts)[number];

/** What can be done with a step from its menu, beside changing one of its parts. */
export const stepVerbs = ['edit', 'up', 'down', 'duplicate', 'delete'] as const;
export type StepVerb = (typeof stepVerbs)[number];

/** A click in the menu of a step. `revision`: the one that the menu was made from. Fits an option's value (75 characters). */
export interface StepAction {
  workflowId: string;
  stepId: string;
  verb: StepVerb | StepPart;
  revision: number;
}

export function encodeStepAction({ workflowId, stepId, verb, revision }: StepAction): string {
  return `${workflowId}:${stepId}:${verb}:${revision}`;
}

/** @returns null for anything that `encodeStepAction` did not make */
export function decodeStepAction(value: unknown): StepAction | null {
  const [workflowId, stepId, verb, revision, ...more] = typeof value === 'string' ? value.split(':') : [];
  const known = [...stepVerbs, ...stepParts].find((candidate) => candidate === verb);
  if (!workflowId || !stepId || known === undefined || more.length > 0) return null;
  if (revision === undefined || !/^\d{1,9}$/.test(revision)) return null;
  return { workflowId, stepId, verb: known, revision: Number(revision) };
}

/** One page of a workflow's card; the first is 0. */
export interface CardPage {
  workflowId: string;
  page: number;
}

export function encodeCardPage({ workflowId, page }: CardPage): string {
  return `${workflowId}:${page}`;
}

/** @returns null for anything that `encodeCardPage` did not make */
export function decodeCardPage(value: unknown): CardPage | null {
  const match = /^([0-9a-f]{24}):(\d{1,3})$/.exec(typeof value === 'string' ? value : '');
  const [, workflowId, page] = match ?? [];
  return workflowId === undefined || page === undefined ? null : { workflowId, page: Number(page) };
}
