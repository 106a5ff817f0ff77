import { type Request, type Response, Router } from 'express';
import type { Team } from '../../../domain/team.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import type { Expected, WorkflowChanges } from '../../../engine/workflows/workflows.ts';
import { ConflictError } from '../../../errors.ts';
import { refuseMethod } from '../../refuse-method.ts';
import { managerOf, servicesOf } from '../../request-context.ts';
import type { SettingsContext } from '../board-authoring.ts';
import type { BoardDeps } from '../board-deps.ts';
import { fieldOf } from '../csrf.ts';
import { type FormErrors, type FormState, readBlockInputs } from '../forms/block-inputs.ts';
import { viewerOf } from '../viewer.ts';
import { formPage, type SentAgain } from './form-pages.ts';
import { actorOfViewer, editPath, expectedRevision, orSayWhy, readEditable } from './workflow-request.ts';

/** What a workflow is called, what it is for, who owns it, and where the cards of its tasks are posted. */
export function settingsRoutes(deps: BoardDeps): Router {
  const router = Router();
  router
    .route('/workflows/:workflowId/settings')
    .get((req, res) => show(deps, req as Request, res, null))
    .post((req, res) => save(deps, req as Request, res))
    .all(refuseMethod('GET', 'POST'));
  return router;
}

async function show(deps: BoardDeps, req: Request, res: Response, sent: SentAgain | null): Promise<void> {
  const context = await readSettings(deps, req);
  const { workflow } = context;
  const about = { viewer: viewerOf(req), workflow, labels: new Map<string, string>() };
  const action = `/board/workflows/${workflow.id}/settings`;
  const blocks = deps.authoring.settings.blocks(context);
  const hidden = [['team', workflow.teamId ?? '']] as const;
  res
    .status(sent === null ? 200 : (sent.status ?? 422))
    .type('html')
    .send(formPage(about, { title: 'Settings', action, submit: 'Save', blocks, sent, hidden }));
}

async function save(deps: BoardDeps, req: Request, res: Response): Promise<void> {
  const context = await readSettings(deps, req);
  const state = readBlockInputs(deps.authoring.settings.blocks(context), req.body);
  const { changes, errors } = await readChanges(deps, context, state);
  if (Object.keys(errors).length > 0) return show(deps, req, res, { errors, state, message: '' });
  const { id, orgId } = context.workflow;
  const by = actorOfViewer(req);
  await orSayWhy(
    async () => {
      await servicesOf(req).workflows.change(orgId, id, changes, by, asShown(req));
      res.redirect(303, editPath(id));
    },
    (message, _fields, status) => show(deps, req, res, { errors: {}, state, message, status }),
  );
}

async function readSettings({ people, teams }: BoardDeps, req: Request): Promise<SettingsContext> {
  const { workflow } = await readEditable(req);
  const { orgId, postTo = 'origin' } = workflow;
  const channel = postTo === 'origin' || postTo === 'starter' ? '' : await nameOf(people, orgId, postTo);
  return { workflow, teams: await teamsFor(teams, req, workflow), channel };
}

async function nameOf(people: BoardDeps['people'], orgId: string, channelId: string): Promise<string> {
  return (await people.labelsOf(orgId, [channelId])).get(channelId) ?? channelId;
}

/** The teams that the person can choose from, and the one that owns it now. */
async function teamsFor(
  teams: BoardDeps['teams'],
  req: Request,
  { orgId, teamId }: Workflow,
): Promise<Team[]> {
  const by = managerOf(req);
  const own = await teams.list(by, orgId);
  if (teamId === null || own.some(({ id }) => id === teamId)) return own;
  return [...own, await teams.get(by, orgId, teamId)];
}

/** A channel that stays is not looked up, so that Slack need not be reached for it. */
async function readChanges(
  { authoring, people }: BoardDeps,
  context: SettingsContext,
  state: FormState,
): Promise<{ changes: WorkflowChanges; errors: FormErrors }> {
  const { workflow } = context;
  const { settings, errors } = authoring.settings.read(context, state);
  const { channel, postTo, ...changes } = settings;
  if (Object.keys(errors).length > 0) return { changes, errors };
  if (postTo !== 'channel')
    return { changes: postTo === (workflow.postTo ?? 'origin') ? changes : { ...changes, postTo }, errors };
  if (channel === context.channel) return { changes, errors };
  const found = await people.findChannel(workflow.orgId, channel);
  if ('reason' in found) return { changes, errors: authoring.settings.channelError(found.reason) };
  return { changes: { ...changes, postTo: found.channelId }, errors };
}

/** What somebody else changed while the form was open is not overwritten; that it has another team makes no revision. */
function asShown(req: Request): Expected {
  const revision = expectedRevision(req);
  const team = fieldOf(req, 'team');
  return (workflow) => {
    if (workflow.revision === revision && (workflow.teamId ?? '') === team) return;
    throw new ConflictError(
      'Somebody else changed this workflow while your form was open. Look through it and save again.',
      'changed-meanwhile',
    );
  };
}
