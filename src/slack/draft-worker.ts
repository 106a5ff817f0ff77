import { draftMessage } from '../../blocks/drafts/draft-message.ts';
import { isRunStep } from '../domain/definition.ts';
import type { WorkflowDraft } from '../domain/workflow-draft.ts';
import { errorMessage } from '../errors.ts';
import type { Timers } from '../timers.ts';
import { createTellDirectly } from './listeners/tell-directly.ts';
import type { BotDeps } from './slack-deps.ts';

/** Has models draft what people asked for, and sends it to them. */
export interface DraftWorker {
  /** Works off what is due, now and from time to time. */
  start(): void;
  /** Begins nothing new; what is being asked is given back for other processes. */
  stop(): Promise<void>;
}

/** What a process that died has left behind, and what waits for its turn, is taken up by the next round. */
const roundEveryMs = 10_000;

export function createDraftWorker(deps: BotDeps, timers: Timers): DraftWorker {
  const { drafts, logger } = deps;
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let cancelRound = (): void => {};
  let isAwake = false;

  async function workOff(): Promise<void> {
    try {
      while (!stopping.signal.aborted && (await drafts.work((draft) => tell(deps, draft), stopping.signal)));
    } catch (error) {
      logger.warn({ detail: errorMessage(error) }, 'drafts could not be worked off; trying again');
    }
  }

  function wake(): void {
    if (stopping.signal.aborted || isAwake) return;
    isAwake = true;
    running = running.then(async () => {
      isAwake = false;
      await workOff();
    });
  }

  function round(): void {
    wake();
    cancelRound = timers.after(roundEveryMs, round);
  }

  drafts.onRequest(wake);
  return {
    start: round,
    async stop() {
      stopping.abort();
      cancelRound();
      await running;
    },
  };
}

async function tell({ connections, resources: source }: BotDeps, draft: WorkflowDraft): Promise<void> {
  const { orgId, userId, outcome } = draft;
  const needs =
    outcome.kind === 'proposed' && outcome.workflow.steps.some((step) => isRunStep({ ...step, id: '' }));
  const resources = needs ? await source.read(orgId) : null;
  const connection = await connections.of(orgId);
  await createTellDirectly(connection, userId)(draftMessage(draft, resources));
}
