import { type Request, type Response, Router } from 'express';
import type { OpenedSession } from '../../../engine/people/sessions.ts';
import { AppError } from '../../../errors.ts';
import type { HttpDeps } from '../../http-deps.ts';
import { refuseMethod } from '../../refuse-method.ts';
import { fieldOf } from '../csrf.ts';
import { isFromThisMachine } from '../own-host.ts';
import { identifySession } from '../require-session.ts';
import type { BoardCookies } from '../session-cookie.ts';
import { viewerOf } from '../viewer.ts';
import { safeDestination } from './sign-in-path.ts';
import { type LocalPerson, linkPage, signInPage } from './sign-in-pages.ts';

type SignInDeps = Pick<
  HttpDeps,
  'sessions' | 'signIn' | 'orgs' | 'restrict' | 'identifyPerson' | 'whyParked'
>;

/** Leads somebody on whose session was opened; null: it was not, and this is why. */
type Enter = (
  req: Request,
  res: Response,
  to: string,
  opened: OpenedSession | null,
  problem: string,
) => Promise<void>;

const usedUp =
  'This link has been used, or its ten minutes are over. Type /workflow board in Slack for another one.';
const notIn = 'You are no longer a member here. Ask one of the admins to add you again.';

/** `/board/sign-in`: the ways in. No GET uses anything up but what Slack has sent this very browser back with. */
export function signInRouter(deps: SignInDeps, cookies: BoardCookies): Router {
  const { sessions } = deps;
  const router = Router();

  function show(req: Request, res: Response, to: string, problem: string | null): void {
    const people = peopleFor(deps, req);
    const hasSlack = deps.signIn.slack !== null;
    res
      .status(problem === null ? 200 : 403)
      .type('html')
      .send(signInPage({ to, hasSlack, people, problem }));
  }

  const enter: Enter = async (req, res, to, opened, problem) => {
    if (opened === null) return show(req, res, to, problem);
    const why = await endIfParked(deps, opened);
    if (why !== null) return show(req, res, to, why);
    cookies.setSession(res, opened);
    res.redirect(303, to);
  };

  router
    .route('/')
    .get(async (req, res) => {
      const to = safeDestination(req.query['to']);
      const token = textOf(req.query['link']);
      const isIn = await identifySession(deps, cookies, req);
      if (token === '') return isIn ? res.redirect(303, to) : show(req, res, to, null);
      const member = await sessions.readLink(token);
      const isSame = isIn && (member === null || member.id === viewerOf(req).member.id);
      if (isSame) return res.redirect(303, to);
      if (member === null) return show(req, res, to, usedUp);
      const org = await deps.orgs.find(member.orgId);
      res.type('html').send(linkPage({ token, to, member, orgName: org?.name ?? 'Baton' }));
    })
    .all(refuseMethod('GET'));

  router
    .route('/link')
    .post(async (req, res) => {
      const opened = await sessions.redeemLink(fieldOf(req, 'link'));
      await enter(req, res, safeDestination(fieldOf(req, 'to')), opened, usedUp);
    })
    .all(refuseMethod('POST'));

  router
    .route('/local')
    .post(async (req, res) => {
      const userId = fieldOf(req, 'userId');
      const person = peopleFor(deps, req).find((candidate) => candidate.userId === userId);
      const orgId = deps.signIn.local?.orgId;
      if (person === undefined || orgId === undefined) {
        throw new AppError('not-local', 403, 'Nobody signs in this way here. Type /workflow board in Slack.');
      }
      const opened = await sessions.open(orgId, userId, person.name, 'local');
      await enter(req, res, safeDestination(fieldOf(req, 'to')), opened, notIn);
    })
    .all(refuseMethod('POST'));

  addSlackRoutes(router, deps, cookies, enter);
  return router;
}

function addSlackRoutes(
  router: Router,
  { sessions, signIn, orgs, whyParked }: SignInDeps,
  cookies: BoardCookies,
  enter: Enter,
): void {
  const { slack } = signIn;
  if (slack === null) return;

  router
    .route('/slack')
    .get((req, res) => {
      const { url, attempt } = slack.begin();
      cookies.setAttempt(res, `${attempt}.${encodeURIComponent(safeDestination(req.query['to']))}`);
      res.redirect(303, url);
    })
    .all(refuseMethod('GET'));

  router
    .route('/slack/callback')
    .get(async (req, res) => {
      const remembered = cookies.readAttempt(req);
      cookies.clearAttempt(res);
      const to = safeDestination(decoded(remembered?.split('.').slice(3).join('.') ?? ''));
      const [code, state] = [textOf(req.query['code']), textOf(req.query['state'])];
      if (code === '')
        return enter(req, res, to, null, 'You did not allow it in Slack, so nobody was signed in.');
      const { slackTeamId, userId, name } = await slack.finish(remembered, { code, state });
      const org = await orgs.findByTeam(slackTeamId);
      if (org === null) return enter(req, res, to, null, 'Baton is not installed in your workspace.');
      const why = (await whyParked?.(org.id)) ?? null;
      if (why !== null) return enter(req, res, to, null, why);
      await enter(req, res, to, await sessions.open(org.id, userId, name, 'slack'), notIn);
    })
    .all(refuseMethod('GET'));
}

/**
 * Ends a session again whose workspace does not have Baton. Asked once it is open: whoever takes Baton out at the same
 * moment ends the ones that are open.
 *
 * @returns why it was ended; null when it goes on
 */
async function endIfParked(
  { sessions, whyParked }: Pick<SignInDeps, 'sessions' | 'whyParked'>,
  { session, token }: OpenedSession,
): Promise<string | null> {
  const why = (await whyParked?.(session.orgId)) ?? null;
  if (why !== null) await sessions.signOut(token);
  return why;
}

function peopleFor({ signIn }: SignInDeps, req: Request): readonly LocalPerson[] {
  return signIn.local !== null && isFromThisMachine(req) ? signIn.local.people : [];
}

/** '' for what nobody encoded like that. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
