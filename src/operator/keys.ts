import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { ensureIndexes } from '../../models/ensure-indexes.ts';
import { systemClock } from '../clock.ts';
import { createOrgServices } from '../composition/create-org-services.ts';
import { parseKeysCommand } from './parse-keys-command.ts';
import { runKeys } from './run-keys.ts';
import { runCommand } from './run-command.ts';
import { withOperatorDatabase } from './with-operator-database.ts';

/** `npm run keys`. */
await runCommand(1, async () => {
  const command = parseKeysCommand(process.argv.slice(2));
  return withOperatorDatabase(async ({ database, logger, tell, print }) => {
    await ensureIndexes(database);
    const clock = systemClock;
    const newId = (): string => new mongoose.Types.ObjectId().toHexString();
    const newSecret = (): string => randomBytes(32).toString('base64url');
    const org = createOrgServices({ database, accounts: null, clock, newId, newSecret, logger });
    await runKeys({ database, org, clock, tell, print }, command);
    return 0;
  });
});
