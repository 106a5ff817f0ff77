import { startSecretBox } from '../composition/start-secret-box.ts';
import { runCommand } from './run-command.ts';
import { withOperatorDatabase } from './with-operator-database.ts';
import { rotateKeys } from './run-rotate-keys.ts';

/** `npm run rotate-keys`: exits with 0 when everything is encrypted with the first of ENCRYPTION_KEYS. */
await runCommand(2, () =>
  withOperatorDatabase(async ({ config, database, logger, print }) => {
    const { resealed, current, changed } = await rotateKeys(database, await startSecretBox(config, logger));
    const next =
      changed === 0
        ? 'The other keys may be taken out of ENCRYPTION_KEYS.'
        : `${changed} were changed meanwhile: run it again.`;
    print(`${resealed} secrets were encrypted anew with the first key; ${current} were already. ${next}`);
    return changed === 0 ? 0 : 1;
  }),
);
