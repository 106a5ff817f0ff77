import { systemClock } from '../../../src/clock.ts';
import { createLogger } from '../../../src/logger.ts';
import { createToolServers } from '../../../src/mcp/create-tool-servers.ts';
import { createHttpFixture, type HttpFixture } from '../http-fixture.ts';
import { everythingOverStdio } from '../mcp/everything-server.ts';
import { createTestDatabase } from '../test-mongo.ts';

/** A board by the real time, over a database of its own, with the tools of a real server. */
export async function startBoardWithTools(): Promise<{ board: HttpFixture; stop: () => Promise<void> }> {
  const database = await createTestDatabase();
  const servers = [everythingOverStdio()];
  const toolServers = createToolServers({ servers, clock: systemClock, logger: createLogger('fatal') });
  await toolServers.list('everything');
  const board = await createHttpFixture(database.uri, { toolServers });
  board.clock.set(new Date());
  const stop = async (): Promise<void> => {
    await board.close();
    await toolServers.close();
    await database.drop();
  };
  return { board, stop };
}
