import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { memberModel } from '../../models/member.ts';
import { keyCallbacks } from '../../blocks/keys/key-ids.ts';
import { operatorOf } from '../support/access-stage.ts';
import { testOrgId } from '../support/builders.ts';
import { idOf, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana = idOf('ana');
const bo = idOf('bo');
const bearerPattern = /(?:user|team)-[0-9a-f]{24}\.[\w-]{43}/;

describe.skipIf(isMongoMissing())('/workflow keys', () => {
  let database: TestDatabase;
  let bot: SlackBot;

  beforeAll(async () => {
    database = await createTestDatabase();
    bot = await startSlackBot(database.uri);
    await memberModel(bot.fixture.database).updateOne({ userId: bo }, { $set: { role: 'member' } });
    await bot.org.teams.create(operatorOf(testOrgId), testOrgId, 'Finance');
  });
  afterAll(async () => {
    await bot.close();
    await database.drop();
  });
  afterEach(() => {
    expect(bot.slack.violations()).toEqual([]);
    bot.clock.advance(60_000);
  });

  async function showKeys(user: string): Promise<string> {
    await bot.slack.sendCommand({ user, channel: '#general', text: 'keys' });
    return JSON.stringify(bot.slack.ephemerals(user).at(-1) ?? {});
  }

  function lastTs(user: string): string {
    return String(bot.slack.ephemerals(user).at(-1)?.ts);
  }

  /** @returns the key, out of the form's own place */
  async function createKey(user: string, values: Record<string, string>): Promise<string> {
    await showKeys(user);
    await bot.slack.clickButton({ user, channel: '#general', ts: lastTs(user), buttonText: 'Create a key' });
    const made = await bot.slack.submitView({ user, values });
    expect(made.outcome).toBe('updated');
    return bearerPattern.exec(JSON.stringify(made.view))?.[0] ?? 'no key was shown';
  }

  it('makes a personal key that acts as the person, and shows it once and nowhere else', async () => {
    const bearer = await createKey(bo, { Name: 'My script' });
    const key = await bot.org.apiKeys.verify(bearer);
    expect(key).toMatchObject({ kind: 'user', userId: bo, name: 'My script', orgId: testOrgId });
    const secret = bearer.split('.')[1] ?? '';
    expect(await showKeys(bo)).toContain('My script');
    const everywhere = JSON.stringify([bot.slack.messages('#general'), bot.slack.ephemerals(bo)]);
    expect(everywhere).not.toContain(secret);
    await bot.slack.closeView({ user: bo });
  });

  it('revokes a key, and takes it off the list', async () => {
    const bearer = await createKey(ana, { Name: 'Old script', Expires: 'Never' });
    expect(await bot.org.apiKeys.verify(bearer)).toMatchObject({ expiresAt: null });
    await bot.slack.closeView({ user: ana });
    const key = await bot.org.apiKeys.verify(bearer);
    await showKeys(ana);
    const ts = lastTs(ana);
    await bot.slack.clickButton({
      user: ana,
      channel: '#general',
      ts,
      buttonText: 'Revoke',
      value: key?.id ?? '',
    });
    expect(await bot.org.apiKeys.verify(bearer)).toBeNull();
    expect(await showKeys(ana)).not.toContain('Old script');
  });

  it("offers teams to admins only, and lets nobody else make a team's key", async () => {
    const bearer = await createKey(ana, { Name: 'CI', For: 'Team Finance' });
    expect(await bot.org.apiKeys.verify(bearer)).toMatchObject({ kind: 'team', userId: null });
    await bot.slack.closeView({ user: ana });

    const theirs = await showKeys(bo);
    expect(theirs).not.toContain('CI');
    const ts = lastTs(bo);
    await bot.slack.clickButton({ user: bo, channel: '#general', ts, buttonText: 'Create a key' });
    const form = bot.slack.modals(bo).at(-1);
    expect(form).toMatchObject({ callback_id: keyCallbacks.create });
    expect(JSON.stringify(form)).not.toContain('Finance');
    await bot.slack.closeView({ user: bo });
  });

  it('revokes nobody else’s key', async () => {
    const bearer = await createKey(ana, { Name: 'Anas' });
    await bot.slack.closeView({ user: ana });
    const key = await bot.org.apiKeys.verify(bearer);
    const by = {
      ...operatorOf(testOrgId),
      access: { ...operatorOf(testOrgId).access, role: 'member' as const, userId: bo },
    };
    await expect(bot.org.apiKeys.revoke(by, testOrgId, key?.id ?? '')).rejects.toThrow('no such key');
    expect(await bot.org.apiKeys.verify(bearer)).not.toBeNull();
  });

  it('lets nobody in who was taken out', async () => {
    await memberModel(bot.fixture.database).updateOne({ userId: bo }, { $set: { status: 'REMOVED' } });
    expect(await showKeys(bo)).toContain('no longer a member');
    await memberModel(bot.fixture.database).updateOne({ userId: bo }, { $set: { status: 'ACTIVE' } });
    expect(await showKeys(bo)).toContain('Your keys for the API');
  });
});
