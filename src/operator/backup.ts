import { ValidationError } from '../errors.ts';
import { restoreBackup, saveBackup } from './run-backup.ts';
import { runCommand } from './run-command.ts';
import { withOperatorDatabase } from './with-operator-database.ts';

const usage = `Writes everything in the database into a file, or puts it back into an empty one.

  npm run backup -- save <file.gz>
  npm run backup -- restore <file.gz>

The database is the one that MONGODB_URI or DATA_DIR names. ENCRYPTION_KEYS are not in the file: keep them elsewhere.`;

/** `npm run backup`. */
await runCommand(1, async () => {
  const [verb, path] = process.argv.slice(2);
  if (path === undefined || (verb !== 'save' && verb !== 'restore')) throw new ValidationError(usage);
  return withOperatorDatabase(async ({ database, print }) => {
    if (verb === 'save') {
      await saveBackup(database, path);
      print(`Saved in ${path}.`);
    } else {
      const count = await restoreBackup(database, path);
      print(`Restored ${count} documents. Check them with: npm run verify-audit`);
    }
    return 0;
  });
});
