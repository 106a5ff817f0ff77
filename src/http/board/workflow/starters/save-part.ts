import type { Request, Response } from 'express';
import type { Trigger } from '../../../../domain/trigger.ts';
import type { Workflow } from '../../../../domain/workflow.ts';
import { NotFoundError } from '../../../../errors.ts';
import { managerOf } from '../../../request-context.ts';
import type { BoardDeps } from '../../board-deps.ts';
import { fieldOf } from '../../csrf.ts';
import { type FormErrors, type FormState, readBlockInputs } from '../../forms/block-inputs.ts';
import { unique, withoutPart } from '../step-page.ts';
import { readEditable } from '../workflow-request.ts';
import { placeIn, type Refused } from './place-in.ts';
import { readTrigger, showTrigger } from './show-trigger.ts';
import { pathOf, seenOf } from './trigger-page.ts';

/** Saves one part of what starts tasks. What somebody else saved meanwhile is never overwritten. */
export async function savePart(deps: BoardDeps, req: Request, res: Response): Promise<void> {
  const { workflow } = await readEditable(req);
  const trigger = await readTrigger(deps, req);
  const part = fieldOf(req, 'part');
  const view = (await deps.triggerForms.parts(trigger, workflow)).find((one) => one.part === part);
  if (view === undefined) throw new NotFoundError('There is no such part any more.');
  const state = withoutPart(readBlockInputs(unique(view.blocks, part), req.body), part);
  const again = (refused: Refused): Promise<void> =>
    showTrigger(deps, req, res, { sent: { ...refused, part, state }, tried: null });
  if (fieldOf(req, 'seen') !== seenOf(trigger)) {
    const message = 'Somebody else changed this while your form was open. Look through it and save again.';
    return again({ errors: {}, message });
  }
  try {
    const errors = await save(deps, req, { trigger, workflow, part, state });
    if (Object.keys(errors).length > 0) return await again({ errors, message: '' });
    res.redirect(303, pathOf(trigger));
  } catch (error) {
    await again(placeIn(deps, trigger.kind, view.blocks, workflow, error));
  }
}

/** @returns what is wrong, in which case nothing was saved. @throws what the rules refuse */
async function save(
  { triggerForms, triggers, schedules }: BoardDeps,
  req: Request,
  given: { trigger: Trigger; workflow: Workflow; part: string; state: FormState },
): Promise<FormErrors> {
  const { trigger, workflow, part, state } = given;
  const by = managerOf(req);
  if (trigger.kind === 'schedule' && part === 'times') {
    const { inputsTemplate } = trigger.settings;
    const { name: _partOfItsOwn, ...values } = triggerForms.readSchedule(
      state,
      workflow.inputsSchema,
      inputsTemplate,
    );
    await schedules.change(by, workflow.id, trigger.id, values);
    return {};
  }
  const read = await triggerForms.readPart(trigger, part, workflow, state);
  if (read === null) throw new NotFoundError('There is no such part any more.');
  if (Object.keys(read.errors).length > 0) return read.errors;
  await triggers.change(by, workflow.id, trigger.id, read.changes);
  return {};
}
