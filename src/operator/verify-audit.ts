import { parseArgs } from 'node:util';
import { runCommand } from './run-command.ts';
import { withOperatorDatabase } from './with-operator-database.ts';
import { runVerifyAudit } from './run-verify-audit.ts';

/** `npm run verify-audit [-- --org <id>]`: exits with 0 when every chain is intact, with 1 when one is broken. */
await runCommand(2, async () => {
  const { values } = parseArgs({ options: { org: { type: 'string' } } });
  return withOperatorDatabase(async ({ database, print }) => {
    const areIntact = await runVerifyAudit({ database, orgId: values.org ?? null, print });
    return areIntact ? 0 : 1;
  });
});
