import type { AppBase } from './app-base.ts';
import { type StepRuns, runLeaseMs } from './create-step-runs.ts';
import { awayAt } from '../domain/member-settings.ts';
import type { AskedPerson } from '../domain/why.ts';
import { type LookUpPeople, type WhySource, createWhy } from '../engine/explain/create-why.ts';
import { type PlainWords, createPlainWords } from '../engine/explain/plain-words.ts';
import type { PersonalSettings } from '../engine/people/personal-settings.ts';
import { AppError } from '../errors.ts';
import type { SlackConnections } from '../slack/connections.ts';

/** What answers the question why a task waits. */
export interface WhyServices {
  why: WhySource;
  plainWords: PlainWords;
}

interface WhyParts extends Pick<AppBase, 'clock'> {
  config: Pick<AppBase['config'], 'providers' | 'leaseMs'>;
  settings: Pick<PersonalSettings, 'find'>;
  connections: Pick<SlackConnections, 'of'> | null;
  stepRuns: Pick<StepRuns, 'slots' | 'runs' | 'announcer'>;
}

export function startWhy({ config, clock, settings, connections, stepRuns }: WhyParts): WhyServices {
  const { slots, runs, announcer } = stepRuns;
  const { providers } = config;
  return {
    why: createWhy({
      lookUpPeople: createLookUpPeople({ settings, connections, clock }),
      queue: slots,
      providers: providers.map(({ name }) => name),
      runLeaseMs: runLeaseMs(config.leaseMs),
      clock,
    }),
    plainWords: createPlainWords({ runs: runs, providers, slots, announce: announcer.announce }),
  };
}

/** More are not looked up: nobody reads that. */
const maxPeople = 20;

function createLookUpPeople({
  settings,
  connections,
  clock,
}: Pick<WhyParts, 'settings' | 'connections' | 'clock'>): LookUpPeople {
  return async (orgId, recipients) => {
    if (connections === null) return [];
    try {
      const { directory } = await connections.of(orgId);
      const found = await Promise.all(
        recipients.slice(0, maxPeople).map(async (recipient): Promise<AskedPerson | null> => {
          const resolved = await directory.resolve(recipient);
          if (resolved.kind === 'unknown' && resolved.deactivated === true)
            return { recipient, absence: { kind: 'deactivated' } };
          if (resolved.kind !== 'user') return null;
          const away = awayAt(await settings.find(orgId, resolved.userId), clock.now());
          const absence =
            away === null ? null : ({ kind: 'away', until: away.until, delegate: away.delegate } as const);
          return { recipient, absence };
        }),
      );
      return found.filter((person) => person !== null);
    } catch (error) {
      // Slack cannot be asked now: the answer is the same, and says nothing of who is away.
      if (error instanceof AppError) return [];
      throw error;
    }
  };
}
