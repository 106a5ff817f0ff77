import { MongoProviderSlots } from '../../models/provider-slots.ts';
import type { Database } from '../../models/database.ts';
import type { Clock } from '../../src/clock.ts';
import type { ModelProvider } from '../../src/domain/provider.ts';
import type { ToolServers } from '../../src/domain/tool-server.ts';
import type { PersonalSettings } from '../../src/engine/people/personal-settings.ts';
import { createModelClient } from '../../src/llm/create-model-client.ts';
import { createModelRuns } from '../../src/llm/create-model-runs.ts';
import type { SlackConnections } from '../../src/slack/connections.ts';
import { type WhyServices, startWhy } from '../../src/composition/start-why.ts';
import { RunAnnouncer } from '../../src/composition/create-step-runs.ts';
import { systemTimers } from '../../src/timers.ts';

/** What explains tasks, over the real database and as much of Slack and of models as a test has. */
export function createTestWhy(parts: {
  database: Database;
  clock: Clock;
  settings: Pick<PersonalSettings, 'find'>;
  connections?: Pick<SlackConnections, 'of'>;
  providers?: readonly ModelProvider[];
  leaseMs?: number;
}): WhyServices {
  const { database, clock, settings, connections = null, providers = [], leaseMs = 6_000 } = parts;
  const limits = new Map(providers.map(({ name, maxParallel }) => [name, maxParallel]));
  const tools = { names: () => [], list: async () => [], close: async () => {} } as unknown as ToolServers;
  const announcer = new RunAnnouncer();
  announcer.connect(async () => {});
  return startWhy({
    config: { providers, leaseMs },
    clock,
    settings,
    connections,
    stepRuns: {
      announcer,
      slots: new MongoProviderSlots(database, { clock, limitOf: (name) => limits.get(name) ?? 0 }),
      runs: createModelRuns({
        model: createModelClient({ providers, clock, timers: systemTimers }),
        tools,
        clock,
      }),
    },
  });
}
