import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database, nativeDb } from '../../models/database.ts';
import { createIntakeSecretStore } from '../../models/intake-secret.ts';
import { deriveId } from '../../src/domain/ids.ts';
import { rotateKeys } from '../../src/operator/run-rotate-keys.ts';
import { createSecretBox } from '../../src/secret-box.ts';
import { tokenContext } from '../../src/slack/install/installations.ts';
import { sealSigningSecret, signingSecretContext } from '../../src/webhooks/signing.ts';
import { request } from '../support/http-fixture.ts';
import { type ManyStage, manyAdminKey, newEncryptionKey, startManyStage } from '../support/many-stage.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

describe.skipIf(isMongoMissing())('the keys that secrets are kept with', () => {
  const [older, newer] = [newEncryptionKey(), newEncryptionKey()];
  const intakeId = deriveId('trigger', 'web-shop');
  let testDatabase: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = await connectDatabase(testDatabase.uri);
  });
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });

  async function withBot<T>(keys: string[], use: (stage: ManyStage) => Promise<T>): Promise<T> {
    const stage = await startManyStage({ testDatabase, encryptionKeys: keys });
    try {
      return await use(stage);
    } finally {
      await stage.close();
    }
  }

  function keyIds(): Promise<unknown[]> {
    return Promise.all([
      nativeDb(database).collection('installations').distinct('sealedToken'),
      nativeDb(database).collection('plugins').distinct('secrets.sealed'),
      nativeDb(database).collection('intake_secrets').distinct('secrets.sealed'),
    ]).then((found) => [...new Set(found.flat().map((sealed) => String(sealed).split('.')[1]))]);
  }

  /** An intake whose secret was changed: the one before it goes on signing for a while. */
  async function rotateIntakeSecret(key: string): Promise<void> {
    const box = createSecretBox([key]);
    const seal = (secret: string) => sealSigningSecret(box, intakeId, secret);
    await createIntakeSecretStore(database).save({
      intakeId,
      orgId: 'acme',
      secrets: [seal('whsec_second'), { ...seal('whsec_first'), expiresAt: new Date('2099-01-01') }],
    });
  }

  it('can be changed: everything is encrypted anew, and the old one is needed no more', async () => {
    await withBot([older], async (stage) => {
      expect((await stage.install('acme')).status).toBe(200);
      const headers = { authorization: `Bearer ${manyAdminKey}` };
      const [org] = (await request<{ items: { id: string }[] }>(`${stage.url}/api/orgs`, 'GET', { headers }))
        .body.items;
      const body = {
        name: 'Ledger',
        webhookUrl: 'http://localhost:9/',
        events: ['WORKFLOW_EXECUTION_COMPLETED'],
      };
      const made = await request(`${stage.url}/api/orgs/${org?.id}/plugins`, 'POST', { headers, body });
      expect(made.status, made.text).toBe(201);
    });
    await rotateIntakeSecret(older);
    const before = await keyIds();
    expect(before).toHaveLength(1);
    await expect(rotateKeys(database, createSecretBox([newer]))).rejects.toThrow(
      /ENCRYPTION_KEYS must list every key/,
    );
    const both = createSecretBox([newer, older]);
    expect(await rotateKeys(database, both)).toEqual({ resealed: 4, current: 0, changed: 0 });
    expect(await rotateKeys(database, both)).toEqual({ resealed: 0, current: 4, changed: 0 });
    const after = await keyIds();
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
    const installation = await nativeDb(database).collection('installations').findOne({});
    const token = createSecretBox([newer]).open(
      String(installation?.['sealedToken']),
      tokenContext(String(installation?._id)),
    );
    expect(token).toMatch(/^xoxb-/);
    const kept = await createIntakeSecretStore(database).find(intakeId);
    const context = signingSecretContext(intakeId);
    const opened = kept?.secrets.map(({ sealed }) => createSecretBox([newer]).open(sealed, context));
    expect(opened).toEqual(['whsec_second', 'whsec_first']);
  });
});
