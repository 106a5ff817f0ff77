import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database, nativeDb } from '../../models/database.ts';
import { createOrgServices } from '../../src/composition/create-org-services.ts';
import type { Verb } from '../../blocks/verbs.ts';
import { systemClock } from '../../src/clock.ts';
import { createLogger } from '../../src/logger.ts';
import { newId, newSecret } from '../../src/composition/new-id.ts';
import { type Answer, request } from '../support/http-fixture.ts';
import { type ManyStage, startManyStage } from '../support/many-stage.ts';
import { elementsOf } from '../support/slack/block-limits.ts';
import type { FakeMessage } from '../support/slack/fake-workspace.ts';
import { forgeRest } from '../support/slack/forge-rest.ts';
import { toObjects, toText } from '../support/slack/json.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

type TeamName = 'acme' | 'beta';
interface Loose {
  _id: string;
  [field: string]: unknown;
}

const waiting = { timeout: 20_000 };
const ANA = 'U01ANA';
const BO = 'U01BO';
/** Stands in what Acme keeps, and in nothing that anybody types. */
const secret = 'the merger with Initech';

describe.skipIf(isMongoMissing())('two workspaces of one bot', () => {
  let stage: ManyStage;
  let database: Database;
  const orgIds = { acme: '', beta: '' };
  const keys = { acme: '', beta: '' };
  const workflowIds = { acme: '', beta: '' };

  beforeAll(async () => {
    stage = await startManyStage({ processes: 2 });
    database = await connectDatabase(stage.testDatabase.uri);
    for (const team of ['acme', 'beta'] as const) {
      await stage.install(team);
      orgIds[team] = await orgIdOf(team);
      keys[team] = await keyOfAna(orgIds[team]);
      workflowIds[team] = await createWorkflow(team);
    }
  });
  afterAll(async () => {
    await database.close();
    await stage.close();
  });

  function collection(name: string) {
    return nativeDb(database).collection<Loose>(name);
  }

  async function orgIdOf(team: TeamName): Promise<string> {
    return (await collection('orgs').findOne({ slackTeamId: stage.slack.teams[team].id }))?._id ?? '';
  }

  async function keyOfAna(orgId: string): Promise<string> {
    const parts = { database, accounts: null, clock: systemClock, newId, newSecret };
    const { apiKeys } = createOrgServices({ ...parts, logger: createLogger('fatal') });
    const owner = { kind: 'user', userId: ANA } as const;
    return (await apiKeys.createAsOperator(orgId, { name: 'test', owner, expiresAt: null })).bearer;
  }

  function ask<Body = Record<string, unknown>>(
    team: TeamName,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer<Body>> {
    const headers = { authorization: `Bearer ${keys[team]}` };
    return request(`${stage.url}/api${path}`, method, { headers, ...(body === undefined ? {} : { body }) });
  }

  /** @param pause before somebody is asked */
  async function createWorkflow(team: TeamName, name = 'Plan', pause = '3s'): Promise<string> {
    const message = team === 'acme' ? `Approve ${secret}?` : 'Approve the picnic?';
    const wait = { name: 'cool_down', type: 'WAIT', for: pause };
    const decide = { name: 'ok', type: 'HUMAN', inputsTemplate: { message }, assignees: [BO] };
    const workflow = { name, inputsSchema: { type: 'object' }, steps: [wait, decide] };
    const made = await ask<{ id: string }>(team, 'POST', `/orgs/${orgIds[team]}/workflows`, workflow);
    expect(made.status, made.text).toBe(201);
    return made.body.id;
  }

  async function start(team: TeamName, workflowId = workflowIds[team]): Promise<string> {
    const path = `/workflows/${workflowId}/executions`;
    const started = await ask<{ id: string }>(team, 'POST', path, { inputs: {} });
    expect(started.status, started.text).toBe(201);
    return started.body.id;
  }

  async function stepOf(team: TeamName, id: string): Promise<string> {
    const stack = await ask<{ items: { stepName: string }[] }>(
      team,
      'GET',
      `/workflows/executions/${id}/stack`,
    );
    return stack.body.items.at(-1)?.stepName ?? '';
  }

  function asksOf(team: TeamName): FakeMessage[] {
    return stage.slack.teams[team].slack.messages(BO).filter(({ text }) => text.includes('Approve'));
  }

  function statusOf(team: TeamName): Promise<unknown> {
    return collection('installations')
      .findOne({ _id: orgIds[team] })
      .then((found) => found?.['status']);
  }

  it('each do their own work in their own Slack, whichever process takes a request', async () => {
    const [acme, beta] = [await start('acme'), await start('beta')];
    await expect.poll(() => asksOf('acme').length, waiting).toBe(1);
    await expect.poll(() => asksOf('beta').length, waiting).toBe(1);
    expect(asksOf('acme')[0]?.text).toContain(secret);
    expect(asksOf('beta')[0]?.text).toContain('picnic');
    for (const team of ['acme', 'beta'] as const) {
      const { ts = '' } = asksOf(team)[0] ?? {};
      await stage.slack.teams[team].slack.clickButton({ user: BO, channel: BO, ts, buttonText: 'Approve' });
    }
    for (const [team, id] of [
      ['acme', acme],
      ['beta', beta],
    ] as const) {
      const done = async () => (await ask(team, 'GET', `/workflows/executions/${id}`)).body['status'];
      await expect.poll(done, waiting).toBe('COMPLETED');
    }
  });

  it('see nothing of each other through the API', async () => {
    const id = await start('acme');
    for (const path of [
      `/orgs/${orgIds.acme}`,
      `/orgs/${orgIds.acme}/workflows`,
      `/orgs/${orgIds.acme}/events`,
      `/orgs/${orgIds.acme}/events/verify`,
      `/orgs/${orgIds.acme}/members`,
      `/workflows/${workflowIds.acme}`,
      `/workflows/${workflowIds.acme}/executions`,
      `/workflows/executions/${id}`,
      `/workflows/executions/${id}/logs`,
    ]) {
      expect((await ask('beta', 'GET', path)).status, path).toBe(404);
      expect((await ask('acme', 'GET', path)).status, path).toBe(200);
    }
    const cancel = await ask('beta', 'POST', `/workflows/executions/${id}/cancel`, {});
    expect(cancel.status).toBe(404);
    expect((await ask('acme', 'POST', `/workflows/executions/${id}/cancel`, {})).status).toBe(200);
  });

  it('have their work parked when Baton is taken out, while others go on, and go on when it is back', async () => {
    const earlier = asksOf('acme').length;
    const shown = await start('acme');
    await expect.poll(() => stepOf('acme', shown), waiting).toBe('ok');
    await expect.poll(() => asksOf('acme').length, waiting).toBe(earlier + 1);
    const seen = structuredClone(asksOf('acme').at(-1) as FakeMessage);
    const before = asksOf('acme').length;
    // Long enough that Baton is taken out while it lasts, however busy the machine is.
    const slow = await createWorkflow('acme', 'Slow plan', '15s');
    const id = await start('acme', slow);
    expect(
      await stage.slack.tell('acme', { type: 'tokens_revoked', tokens: { oauth: [], bot: ['U0BOT'] } }),
    ).toBe(200);
    expect(await stage.slack.tell('acme', { type: 'app_uninstalled' })).toBe(200);
    stage.slack.revoke('acme');
    expect(await statusOf('acme')).not.toBe('INSTALLED');
    expect((await collection('installations').findOne({ _id: orgIds.acme }))?.['sealedToken']).toBeNull();
    const why = async () => (await ask('acme', 'GET', `/orgs/${orgIds.acme}`)).body['parkedBecause'];
    await expect.poll(why, waiting).toEqual(expect.stringContaining('once somebody installs it again'));
    const schedules = `/workflows/${workflowIds.acme}/schedules`;
    const daily = { when: 'every day at 9:00', timeZone: 'UTC' };
    const made = await ask<{ id: string }>('acme', 'POST', schedules, daily);
    const missedAt = new Date(Date.now() - 60_000);
    await collection('schedule_clocks').updateOne(
      { _id: made.body.id },
      { $set: { nextAt: missedAt, dueAt: missedAt } },
    );
    const said = async () =>
      (
        await ask<{ items: { decision: string; reason: string }[] }>(
          'acme',
          'GET',
          `/workflows/${workflowIds.acme}/triggers/${made.body.id}/log`,
        )
      ).body.items;
    await expect
      .poll(said, waiting)
      .toEqual([expect.objectContaining({ decision: 'skipped', reason: await why() })]);
    expect((await ask('acme', 'DELETE', `${schedules}/${made.body.id}`)).status).toBe(204);
    const during = await start('acme');
    const other = await start('beta');
    await expect.poll(() => stepOf('beta', other), waiting).toBe('ok');
    expect(await stepOf('acme', id)).toBe('cool_down');
    expect(asksOf('acme').length).toBe(before);
    const { slack: acme } = stage.slack.teams.acme;
    await acme.clickButton({ user: BO, channel: BO, ts: seen.ts, buttonText: 'Approve', seen });
    await expect
      .poll(() => acme.ephemerals(BO).at(-1)?.text, waiting)
      .toContain('once somebody installs it again');

    expect((await stage.install('acme')).status).toBe(200);
    await expect.poll(() => stepOf('acme', id), { timeout: 40_000 }).toBe('ok');
    await expect.poll(() => stepOf('acme', during), waiting).toBe('ok');
    await expect.poll(() => asksOf('acme').length, waiting).toBe(before + 2);
    const events = await ask<{ items: { type: string }[] }>(
      'acme',
      'GET',
      `/orgs/${orgIds.acme}/events?actor=system`,
    );
    const types = events.body.items.map(({ type }) => type);
    expect(types.some((type) => /^WORKSPACE_(UNINSTALLED|TOKEN_REVOKED)$/.test(type))).toBe(true);
    const verified = await ask('acme', 'GET', `/orgs/${orgIds.acme}/events/verify`);
    expect(verified.body).toMatchObject({ isIntact: true, isComplete: true });
  }, 120_000);

  it('are parked as well when Slack stops accepting the token without a word, and lose no question by it', async () => {
    const before = asksOf('beta').length;
    stage.slack.revoke('beta');
    const id = await start('beta');
    await expect.poll(() => statusOf('beta'), waiting).toBe('REVOKED');
    expect(await stepOf('beta', id)).toMatch(/cool_down|ok/);
    expect((await stage.install('beta')).status).toBe(200);
    await expect.poll(() => asksOf('beta').length, { timeout: 30_000 }).toBe(before + 1);
    // What Slack says late of the earlier installation does not count for this one.
    const late = { type: 'app_uninstalled', event_ts: String(Math.floor(Date.now() / 1_000) - 60) };
    expect(await stage.slack.tell('beta', late)).toBe(200);
    expect(await statusOf('beta')).toBe('INSTALLED');
  }, 60_000);

  it('cannot touch each other, whatever people of one do with what people of the other have done', async () => {
    await actAsPeopleOfAcme();
    const recorded = stage.slack
      .inboundOf('acme')
      .filter(({ body }) => !/app_uninstalled|tokens_revoked/.test(body));
    expect(recorded.length).toBeGreaterThan(60);
    const forged = forgeRest(recorded, [workflowIds.acme, await latestTaskOf('acme')]);
    await settled();
    const { slack } = stage.slack.teams.beta;
    const [kept, said] = [await keptByAcme(), slack.calls().length];
    for (const inbound of [...recorded, ...forged]) {
      expect(await stage.slack.replayAs('beta', inbound)).toBe(200);
    }
    await settled();
    expect(changedSince(kept, await keptByAcme())).toEqual([]);
    const told = JSON.stringify([
      slack
        .calls()
        .slice(said)
        .map(({ args }) => args),
      slack.ephemerals(ANA),
      slack.ephemerals(BO),
    ]);
    expect(told).not.toContain(secret);
    expect(told).not.toContain(workflowIds.acme);
  }, 300_000);

  async function latestTaskOf(team: TeamName): Promise<string> {
    const [latest] = await collection('executions').find({ orgId: orgIds[team] }).sort({ _id: -1 }).toArray();
    return latest?._id ?? '';
  }

  /** Everything that can be typed and pressed, once. */
  async function actAsPeopleOfAcme(): Promise<void> {
    const { slack } = stage.slack.teams.acme;
    const type = (text: string) => slack.sendCommand({ user: ANA, channel: '#general', text });
    const id = await start('acme');
    await expect.poll(() => stepOf('acme', id), waiting).toBe('ok');
    const ref = id.slice(-6);
    for (const texts of Object.values(typedBy(ref))) for (const text of texts) await type(text);
    await slack.openHome(BO);
    const pressed = new Set<string>();
    // What pressing shows is pressed, too.
    for (let round = 0; round < 2; round += 1) {
      const shown = [
        ...slack.messages('#general'),
        ...slack.ephemerals(ANA),
        ...slack.messages(BO).slice(-2),
      ];
      for (const message of shown) await pressAll(message, pressed);
    }
    await slack
      .runMessageShortcut({
        user: ANA,
        channel: '#general',
        ts: slack.messages('#general')[0]?.ts ?? '',
        callbackId: 'task_status',
      })
      .catch(() => undefined);
    await type(`cancel ${ref}`);
  }

  /** Each button of a message; `pressed`: those that need not be pressed again. */
  async function pressAll(message: FakeMessage, pressed: Set<string>): Promise<void> {
    const { slack } = stage.slack.teams.acme;
    for (const element of toObjects(message.blocks).flatMap(elementsOf)) {
      if (element['type'] !== 'button' || toText(element['url']) !== '') continue;
      const actionId = toText(element['action_id']);
      const button = `${message.ts} ${actionId} ${toText(element['value'])}`;
      if (pressed.has(button)) continue;
      pressed.add(button);
      const channel = toText(message['channel']) || '#general';
      await slack
        .clickButton({ user: ANA, channel, ts: message.ts, actionId, seen: message })
        .catch(() => undefined);
      for (const view of slack.modals(ANA)) {
        await slack.submitView({ user: ANA, viewId: view.id, values: {} }).catch(() => undefined);
      }
    }
  }

  async function settled(): Promise<void> {
    const inPause = { orgId: orgIds.acme, status: 'RUNNING', 'stack.0.status': { $ne: 'COMPLETED' } };
    await expect.poll(() => collection('executions').countDocuments(inPause), waiting).toBe(0);
    let before = new Map<string, string>();
    await expect
      .poll(
        async () => {
          const now = await keptByAcme();
          const changed = changedSince(before, now);
          before = now;
          return changed;
        },
        { timeout: 20_000, interval: 1_500 },
      )
      .toEqual([]);
  }

  /** All that is stored for Acme's org, document by document. */
  async function keptByAcme(): Promise<Map<string, string>> {
    const passing = new Set(['jobs', 'slack_inbox', 'slack_deliveries', 'home_viewers', 'posted_cards']);
    const all = await nativeDb(database).listCollections({}, { nameOnly: true }).toArray();
    const names = all.map(({ name }) => name).filter((name) => !passing.has(name));
    const kept = new Map<string, string>();
    for (const name of names) {
      const projection = { lease: 0, dueAt: 0, lastUsedAt: 0 };
      const documents = collection(name).find({ orgId: orgIds.acme }, { projection });
      for await (const document of documents) kept.set(`${name} ${document._id}`, JSON.stringify(document));
    }
    return kept;
  }
});

/**
 * What is typed of each verb; a verb without an entry does not compile. The task is cancelled at the end, and has to be
 * there before.
 */
function typedBy(ref: string): Record<Verb, string[]> {
  return {
    list: ['', 'list'],
    mine: ['mine'],
    status: [`status ${ref}`],
    why: [`why ${ref}`, 'why'],
    start: ['start plan'],
    edit: ['edit plan'],
    check: ['check plan'],
    simulate: ['simulate plan'],
    diff: ['diff plan'],
    backtest: ['backtest plan'],
    move: ['move plan'],
    export: ['export plan'],
    import: ['import plan'],
    intake: ['intake plan'],
    schedule: ['schedule plan every Monday at 9am', 'schedule plan'],
    trigger: ['trigger plan'],
    new: ['new Another plan'],
    draft: ['draft Support decides on refunds'],
    pause: ['pause plan'],
    activate: ['activate plan'],
    keys: ['keys'],
    agents: ['agents'],
    away: ['away'],
    reassign: [`reassign ${ref}`],
    retry: [`retry ${ref}`],
    board: ['board'],
    help: ['help'],
    cancel: [],
  };
}

/** What differs, as it was and as it is. */
function changedSince(before: Map<string, string>, now: Map<string, string>): string[] {
  const names = new Set([...before.keys(), ...now.keys()]);
  return [...names].flatMap((name) => {
    const [was = '', is = ''] = [before.get(name), now.get(name)];
    if (was === is) return [];
    const at = was.split('').findIndex((character, index) => character !== is[index]);
    return [
      `${name}: …${was.slice(Math.max(0, at - 60), at + 60)} -> ${is.slice(Math.max(0, at - 60), at + 60)}`,
    ];
  });
}
