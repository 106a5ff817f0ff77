import { type Database, durable, nativeCollection } from './database.ts';
import type { DeliveryDocument } from './event-delivery.ts';
import { intakeSecretModel } from './intake-secret.ts';
import { pluginModel } from './plugin.ts';

/** Something encrypted in the database. `id` says of what it is. */
export interface SealedSecret {
  of: 'installation' | 'plugin' | 'intake' | 'delivery';
  id: string;
  sealed: string;
  /** @returns false when it was changed or taken away meanwhile */
  replace(sealed: string): Promise<boolean>;
}

interface InstallationSecret {
  _id: string;
  sealedToken: string | null;
}
/** What signs for a plugin or an intake: after a rotation two, for a while. */
interface SigningSecrets {
  _id: string;
  secrets: { sealed: string }[];
}

const options = { writeConcern: durable } as const;

/** Everything that is encrypted in the database, one after the other. */
export async function* listSealedSecrets(database: Database): AsyncIterable<SealedSecret> {
  const installations = nativeCollection<InstallationSecret>(database, 'installations');
  for await (const { _id, sealedToken } of installations.find({ sealedToken: { $type: 'string' } })) {
    if (sealedToken === null) continue;
    const filter = { _id, sealedToken };
    const replace = async (to: string): Promise<boolean> =>
      (await installations.updateOne(filter, { $set: { sealedToken: to } }, options)).matchedCount === 1;
    yield { of: 'installation', id: _id, sealed: sealedToken, replace };
  }
  yield* listSigningSecrets(database, 'plugin', pluginModel(database).collection.name);
  yield* listSigningSecrets(database, 'intake', intakeSecretModel(database).collection.name);
  yield* listSealedDeliveries(database);
}

async function* listSigningSecrets(
  database: Database,
  of: 'plugin' | 'intake',
  collectionName: string,
): AsyncIterable<SealedSecret> {
  const owners = nativeCollection<SigningSecrets>(database, collectionName);
  for await (const { _id, secrets } of owners.find({})) {
    for (const { sealed } of secrets) {
      const filter = { _id, 'secrets.sealed': sealed };
      const replace = async (to: string): Promise<boolean> =>
        (await owners.updateOne(filter, { $set: { 'secrets.$.sealed': to } }, options)).matchedCount === 1;
      yield { of, id: _id, sealed, replace };
    }
  }
}

async function* listSealedDeliveries(database: Database): AsyncIterable<SealedSecret> {
  const deliveries = nativeCollection<DeliveryDocument>(database, 'event_deliveries');
  for await (const { _id, body } of deliveries.find({ 'body.kind': 'sealed' })) {
    if (body?.kind !== 'sealed') continue;
    const filter = { _id, 'body.text': body.text };
    const replace = async (to: string): Promise<boolean> =>
      (await deliveries.updateOne(filter, { $set: { 'body.text': to } }, options)).matchedCount === 1;
    yield { of: 'delivery', id: _id, sealed: body.text, replace };
  }
}
