import type { ExecutionEvent } from '../../../src/domain/event.ts';
import type { ExecutionRecord } from '../../../src/domain/execution-record.ts';
import type { Commit, EventStore, ExecutionStore, Settlement } from '../../../src/domain/execution-store.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { orgIds } from './requests.ts';
import type { Plant } from './world.ts';

/** A store that does what the one inside it does, except for what `changes` replaces. */
function changed(store: ExecutionStore, changes: Partial<ExecutionStore>): ExecutionStore {
  return {
    insert: (record) => store.insert(record),
    load: (id) => store.load(id),
    findStarted: (orgId, startKey) => store.findStarted(orgId, startKey),
    commit: (commit) => store.commit(commit),
    claimDue: (now, lease) => store.claimDue(now, lease),
    claimIfDue: (id, now, lease) => store.claimIfDue(id, now, lease),
    listDueByOrg: (now, max) => store.listDueByOrg(now, max),
    settle: (settlement) => store.settle(settlement),
    settleAll: (settlements) => store.settleAll(settlements),
    ...changes,
  };
}

function changedEngine(engine: Engine, changes: Partial<Engine>): Engine {
  return {
    start: (request) => engine.start(request),
    execute: (orgId, id, command) => engine.execute(orgId, id, command),
    read: (orgId, id) => engine.read(orgId, id),
    readLog: (orgId, id) => engine.readLog(orgId, id),
    sweep: (limit) => engine.sweep(limit),
    idle: () => engine.idle(),
    drain: (timeoutMs) => engine.drain(timeoutMs),
    ...changes,
  };
}

/** Commits on whatever version there is. */
export const withoutVersions: Plant = {
  executions: (store) =>
    changed(store, {
      async commit(commit: Commit): Promise<ExecutionRecord | null> {
        const stored = await store.load(commit.state.id);
        const v = stored?.state.v ?? 0;
        return store.commit({
          ...commit,
          before: { ...commit.before, state: { ...commit.before.state, v } },
        });
      },
    }),
};

/** Lets whoever settles settle, on whatever version there is. */
export const withoutFencing: Plant = {
  executions: (store) =>
    changed(store, {
      async settle(settlement: Settlement): Promise<boolean> {
        const stored = await store.load(settlement.executionId);
        if (stored === null) return false;
        const { lease, settleCount } = stored.delivery;
        return store.settle({ ...settlement, v: stored.state.v, holder: lease.holder, settleCount });
      },
    }),
};

/** Takes a settlement for the newest of its lease and version, even if it comes late. */
export const withoutCount: Plant = {
  executions: (store) =>
    changed(store, {
      async settle(settlement: Settlement): Promise<boolean> {
        const stored = await store.load(settlement.executionId);
        return stored !== null && store.settle({ ...settlement, settleCount: stored.delivery.settleCount });
      },
    }),
};

/** Commits without the last of several effects. */
export const forgetsAnEffect: Plant = {
  executions: (store) =>
    changed(store, {
      commit: (commit) =>
        store.commit({ ...commit, effects: commit.effects.slice(0, Math.max(1, commit.effects.length - 1)) }),
    }),
};

/** Says of every third commit that it was written, and does not write it. */
export function acknowledgesTooEarly(): Plant {
  let commits = 0;
  return {
    executions: (store) =>
      changed(store, {
        async commit(commit: Commit): Promise<ExecutionRecord | null> {
          commits += 1;
          if (commits % 3 !== 0) return store.commit(commit);
          return { state: commit.state, delivery: { ...commit.before.delivery, lease: commit.lease } };
        },
      }),
  };
}

/** Loses the fourth event of every log on its way out of the outbox. */
export const losesAnEvent: Plant = {
  events: (store): EventStore => ({
    append: (events: readonly ExecutionEvent[]) => store.append(events.filter(({ seq }) => seq !== 4)),
    list: (id) => store.list(id),
  }),
};

/** Never looks whether a message was sent already. */
export const neverLooks: Plant = {
  performer: (performer) => ({
    perform: (effect, task) => performer.perform({ ...effect, maybeSent: false }, task),
  }),
};

/** Takes no notice of what is due. */
export const neverSweeps: Plant = {
  engine: (engine) => changedEngine(engine, { sweep: async () => 0 }),
};

/** Does for anybody what the own org may ask for. */
export const mixesOrgs: Plant = {
  engine: (engine) =>
    changedEngine(engine, {
      async execute(orgId, id, command) {
        const other = orgIds.find((candidate) => candidate !== orgId) ?? orgId;
        return engine.execute(orgId, id, command).catch(() => engine.execute(other, id, command));
      },
    }),
};

/** Gives a command again after it was accepted. */
export const executesTwice: Plant = {
  engine: (engine) =>
    changedEngine(engine, {
      async execute(orgId, id, command) {
        const state = await engine.execute(orgId, id, command);
        await engine.execute(orgId, id, command).catch(() => {});
        return state;
      },
    }),
};
