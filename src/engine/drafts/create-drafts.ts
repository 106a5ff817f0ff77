import type { WorkflowDraftStore } from '../../../models/workflow-draft.ts';
import type { Clock } from '../../clock.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { ModelRuns, PromptResult } from '../../domain/model-runs.ts';
import { chooseModel, type ModelProvider } from '../../domain/provider.ts';
import type { ProviderSlots, Slot } from '../../domain/provider-slots.ts';
import type { StepResourceSource } from '../../domain/step-resources.ts';
import type { DraftOutcome, WorkflowDraft } from '../../domain/workflow-draft.ts';
import { workflowProposalSchema } from '../../domain/workflow-proposal.ts';
import { errorMessage, NotFoundError, ValidationError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Timers } from '../../timers.ts';
import type { NoteOrgEvent } from '../audit/note-org-event.ts';
import type { RunDeps } from '../runs/run-deps.ts';
import { toReport } from '../runs/run-report.ts';
import { tellGiven } from '../runs/tell-given.ts';
import { draftInstructions, draftPrompt } from './draft-prompt.ts';
import type { DraftRequest, Drafts } from './drafts.ts';
import { readProposal } from './read-proposal.ts';

/** `announce`: a run that was given the place of a draft is told. */
export interface DraftsDeps extends Pick<RunDeps, 'announce'> {
  store: WorkflowDraftStore;
  providers: readonly ModelProvider[];
  runs: Pick<ModelRuns, 'runPrompt'>;
  slots: ProviderSlots;
  resources: StepResourceSource;
  note: NoteOrgEvent;
  timers: Timers;
  clock: Clock;
  logger: Logger;
}

/** One model call with its repairs must be over by then; a process that died gives the request back after it. */
const claimMs = 300_000;
const askMs = 240_000;
const againMs = 15_000;
const renewEveryMs = 20_000;
const maxAttempts = 5;
/** How often the model is told what is wrong. */
const maxRepairs = 2;
const maxTextLength = 12_000;

/** Drafts over the store and the providers of the configuration. */
export function createDrafts(deps: DraftsDeps): Drafts {
  return new StoredDrafts(deps);
}

class StoredDrafts implements Drafts {
  readonly #deps: DraftsDeps;
  readonly #listeners = new Set<() => void>();

  constructor(deps: DraftsDeps) {
    this.#deps = deps;
  }

  unavailable(): string | null {
    const chosen = chooseModel(this.#deps.providers, {});
    return chosen.kind === 'chosen' ? null : chosen.message;
  }

  async request({ text, ...request }: DraftRequest): Promise<WorkflowDraft> {
    if (text.length > maxTextLength)
      throw new ValidationError(`Please say it in at most ${maxTextLength} characters.`);
    const { store, clock } = this.#deps;
    const now = clock.now();
    const draft: WorkflowDraft = {
      ...request,
      text,
      outcome: { kind: 'waiting' },
      attempts: 0,
      usage: { promptTokens: 0, completionTokens: 0 },
      log: [],
      createdAt: now,
    };
    await store.insert(draft, now);
    for (const wake of this.#listeners) wake();
    return draft;
  }

  onRequest(wake: () => void): void {
    this.#listeners.add(wake);
  }

  async find(orgId: string, draftId: string): Promise<WorkflowDraft> {
    const draft = await this.#deps.store.find(orgId, draftId);
    if (draft === null) throw new NotFoundError('This draft is no longer there. They are kept for 30 days.');
    return draft;
  }

  async markSaved(draft: WorkflowDraft, workflowId: string): Promise<void> {
    await this.#deps.store.update({ ...draft, outcome: { kind: 'saved', workflowId } }, null);
  }

  async work(tell: (draft: WorkflowDraft) => Promise<void>, signal: AbortSignal): Promise<boolean> {
    const { store, clock, logger } = this.#deps;
    const now = clock.now();
    const claimed = await store.claim(now, new Date(now.getTime() + claimMs));
    if (claimed === null) return false;
    const asked = claimed.outcome.kind === 'waiting' ? await this.#ask(claimed, signal) : claimed;
    if (asked === null || asked.outcome.kind === 'waiting') return true;
    try {
      await tell(asked);
      await store.update(asked, null);
    } catch (error) {
      const { id, orgId } = asked;
      const message = 'a drafted workflow could not be shown yet; trying again';
      logger.warn({ draftId: id, orgId, detail: errorMessage(error) }, message);
      const isOver = asked.attempts >= maxAttempts * 4;
      await store.update(asked, isOver ? null : this.#later(againMs));
    }
    return true;
  }

  /** @returns null when it has to wait for its turn */
  async #ask(draft: WorkflowDraft, signal: AbortSignal): Promise<WorkflowDraft | null> {
    const { providers, slots, store, clock, timers } = this.#deps;
    const chosen = chooseModel(providers, {});
    if (chosen.kind === 'missing') return this.#end(draft, { kind: 'failed', message: chosen.message });
    const { orgId } = draft;
    const place = { provider: chosen.provider.name, orgId, ticket: `draft/${draft.id}` };
    const answer = await slots.acquire(place);
    await this.#tellGiven(answer.given);
    if (answer.kind === 'queued') {
      // Nobody tells a draft that it has a place, and it is not kept for long.
      const waitMs = Math.min(Math.max(answer.askAgainAt.getTime() - clock.now().getTime(), 1_000), againMs);
      await store.update({ ...draft, attempts: draft.attempts - 1 }, this.#later(waitMs));
      return null;
    }
    const letGo = keepSlot(slots, answer.slot, timers);
    try {
      return await this.#propose(draft, { provider: chosen.provider.name, model: chosen.model }, signal);
    } finally {
      letGo();
      await this.#tellGiven(await slots.release(answer.slot));
    }
  }

  async #tellGiven(given: readonly Slot[]): Promise<void> {
    try {
      await tellGiven(this.#deps, given);
    } catch (error) {
      const detail = errorMessage(error);
      this.#deps.logger.warn({ detail }, 'a run was not told that it may begin; it asks again by itself');
    }
  }

  async #propose(
    draft: WorkflowDraft,
    model: { provider: string; model: string },
    signal: AbortSignal,
  ): Promise<WorkflowDraft> {
    const { resources: source, runs } = this.#deps;
    const resources = await source.read(draft.orgId, { toolsOf: 'all' });
    const result = await runs.runPrompt({
      ...model,
      system: draftInstructions,
      prompt: draftPrompt(draft.text, resources),
      outputSchema: workflowProposalSchema,
      check: (value: JsonValue) => readProposal(value, resources).errors,
      maxRepairs,
      attempt: draft.attempts,
      signal: AbortSignal.any([signal, AbortSignal.timeout(askMs)]),
    });
    const { entries, usage } = toReport(result.log, draft.log);
    const earlier = draft.usage;
    const logged: WorkflowDraft = {
      ...draft,
      log: entries,
      usage: usage.promptTokens + usage.completionTokens === 0 ? earlier : usage,
    };
    if (result.kind === 'ok') {
      const { workflow } = readProposal(result.output, resources);
      if (workflow !== null) return this.#end(logged, { kind: 'proposed', workflow });
    }
    if (result.kind === 'error' && signal.aborted) {
      // This process stops: another one takes it up, and the attempt does not count.
      await this.#deps.store.update({ ...logged, attempts: draft.attempts - 1 }, this.#later(0));
      return logged;
    }
    if (result.kind === 'error' && result.error.retryable && draft.attempts < maxAttempts) {
      await this.#deps.store.update(logged, this.#later(Math.max(result.error.retryAfterMs ?? 0, againMs)));
      return logged;
    }
    return this.#end(logged, { kind: 'failed', message: explain(result) });
  }

  /** Stored before the person is told, so that they are told once it is sure. */
  async #end(draft: WorkflowDraft, outcome: DraftOutcome): Promise<WorkflowDraft> {
    const ended = { ...draft, outcome };
    await this.#deps.store.update(ended, this.#later(claimMs));
    const { id, orgId, requestedBy, usage, log } = ended;
    await this.#deps.note({
      orgId,
      type: 'WORKFLOW_DRAFTED',
      workflowId: null,
      actor: requestedBy,
      subject: { kind: 'draft', id, name: outcome.kind === 'proposed' ? outcome.workflow.name : 'none' },
      data: { outcome: outcome.kind, usage: { ...usage }, calls: log },
    });
    return ended;
  }

  #later(milliseconds: number): Date {
    return new Date(this.#deps.clock.now().getTime() + milliseconds);
  }
}

/** Prolongs the slot while the model is asked, so that nobody else takes the place for free. @returns what ends that */
function keepSlot(slots: ProviderSlots, slot: Slot, timers: Timers): () => void {
  let cancel = (): void => {};
  let isOver = false;
  const next = (): void => {
    cancel = timers.after(renewEveryMs, () => {
      // A slot that cannot be renewed now comes back by itself.
      void slots.renew(slot).catch(() => false);
      if (!isOver) next();
    });
  };
  next();
  return () => {
    isOver = true;
    cancel();
  };
}

function explain(result: PromptResult): string {
  switch (result.kind) {
    case 'schema-failed': {
      const problems = result.errors.slice(0, 5).map(({ path, message }) => `${path || 'it'}: ${message}`);
      return `The model did not come to a workflow that can run, also after it was told twice what was wrong: ${problems.join('; ')}`;
    }
    case 'refused':
      return 'The model refused to draft this.';
    case 'cut':
      return 'The answer of the model was cut before its end. Please describe it in fewer words.';
    case 'error':
      return result.error.message;
    case 'ok':
      return 'The model did not come to a workflow that can run.';
  }
}
