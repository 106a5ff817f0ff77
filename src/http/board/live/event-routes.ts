import { type Request, type Response, Router } from 'express';
import type { FeedItem, Subscription } from '../../../engine/task-feed.ts';
import { NotFoundError } from '../../../errors.ts';
import { refuseMethod } from '../../refuse-method.ts';
import { callerOf, servicesOf } from '../../request-context.ts';
import { requireId } from '../../require-id.ts';
import type { BoardDeps } from '../board-deps.ts';
import { identifySession } from '../require-session.ts';
import type { BoardCookies } from '../session-cookie.ts';

/** What happens at one moment is told at once, and together. */
const gatherMs = 60;
/** Tells the page that it is still heard, and keeps proxies from closing a quiet connection; and at each of them it is looked whether the person may still listen. */
const usualHeartbeatMs = 20_000;
const reconnectMs = 1_500;
/** More than this is not worth telling one by one. */
const maxTold = 100;

/**
 * `/board/events`: what changes, as server-sent events. A page hears which tasks have changed and where they are now,
 * and asks for what it shows of them; so nothing is told that it may not see. `changed`: some; `everything`: look again
 * at all of it. A page that comes back looks at everything, so that nothing has to be kept for it. Whoever is signed out,
 * deactivated, or may not see any more what they listen to, is told to look at it all, and no more.
 */
export function eventRoutes(deps: BoardDeps, cookies: BoardCookies): Router {
  const router = Router();
  router
    .route('/events')
    .get(async (req, res) => {
      const subscription = await readSubscription(req);
      const channel = createChannel(res, deps.heartbeatMs ?? usualHeartbeatMs);
      const end = await deps.taskFeed.subscribe(subscription, (item) => channel.hear(item));
      channel.open(end, () => mayListen(deps, cookies, req));
    })
    .all(refuseMethod('GET'));
  return router;
}

/** Whether the one who has begun to listen may do so now. Who cannot be asked about may go on. */
async function mayListen(deps: BoardDeps, cookies: BoardCookies, req: Request): Promise<boolean> {
  try {
    if (!(await identifySession(deps, cookies, req))) return false;
    await readSubscription(req);
    return true;
  } catch (error) {
    return !(error instanceof NotFoundError);
  }
}

/** @throws NotFoundError for what the person may not see */
async function readSubscription(req: Request): Promise<Subscription> {
  const { orgId } = callerOf(req);
  const { workflow, task } = req.query;
  if (typeof task === 'string') {
    const { state } = await servicesOf(req).engine.read(orgId, requireId(task, 'task'));
    return { orgId, workflowId: state.workflowId, executionId: state.id };
  }
  if (typeof workflow !== 'string') throw new NotFoundError('There is no such workflow.');
  const found = await servicesOf(req).workflows.get(orgId, requireId(workflow, 'workflow'));
  return { orgId, workflowId: found.workflow.id };
}

interface Channel {
  /** What is heard before it is open is told then. */
  hear(item: FeedItem): void;
  /** @param end what ends the subscription; called at once when the browser has left already */
  open(end: () => void, mayGoOn: () => Promise<boolean>): void;
}

function createChannel(res: Response, heartbeatMs: number): Channel {
  let gathered = new Map<string, string | null>();
  let timer: NodeJS.Timeout | null = null;
  let isAll = false;
  let isLast = false;

  const send = (event: string, data: unknown): void => {
    res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const flush = (): void => {
    timer = null;
    if (!res.headersSent) return;
    const tasks = [...gathered].map(([id, step]) => ({ id, step }));
    gathered = new Map();
    if (isAll || tasks.length > maxTold) send('everything', {});
    else if (tasks.length > 0) send('changed', { tasks });
    isAll = false;
    if (isLast) res.end();
  };

  const sendAway = (): void => {
    isAll = isLast = true;
    if (timer !== null) clearTimeout(timer);
    flush();
  };

  return {
    hear(item) {
      if (isLast) return;
      if (item.kind === 'gap') return sendAway();
      if (item.kind === 'task') gathered.set(item.executionId, item.stepId);
      else isAll = true;
      timer ??= setTimeout(flush, gatherMs);
    },
    open(end, mayGoOn) {
      if (res.destroyed) {
        end();
        if (timer !== null) clearTimeout(timer);
        return;
      }
      const heartbeat = setInterval(() => void beat(), heartbeatMs);
      const beat = async (): Promise<void> => {
        const isGood = await mayGoOn();
        if (res.destroyed || isLast) return;
        if (isGood) send('alive', {});
        else sendAway();
      };
      res.once('close', () => {
        end();
        clearInterval(heartbeat);
        if (timer !== null) clearTimeout(timer);
      });
      res.set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
      res.write(`retry: ${reconnectMs}\n\n`);
      flush();
    },
  };
}
