import { isDeepStrictEqual } from 'node:util';
import { type Effect, isSameSurface } from '../../../../src/domain/effect.ts';
import type { Performance, SentMessage } from '../simulated-slack.ts';
import { leaseMs } from '../simulated-process.ts';
import type { World } from '../world.ts';
import type { Evidence } from './evidence.ts';

/** Every intent ends as done or dead, nothing is done without an intent, and a message is sent once. */
export function checkEffects(world: World, evidence: readonly Evidence[]): string[] {
  const performances = groupBy(world.slack.performances, ({ executionId }) => executionId);
  const problems = evidence.flatMap((one) => checkIntents(world, one, performances.get(one.id) ?? []));
  const messages = groupBy(world.slack.messages, ({ key }) => key);
  for (const [key, sent] of messages) {
    for (const [index, message] of sent.entries()) {
      const unexplained = sent.slice(0, index).find((earlier) => !isExplained(world, earlier, message));
      if (unexplained !== undefined) problems.push(explain(key, unexplained, message));
    }
  }
  return [...problems, ...checkCount(world, [...messages.values()])];
}

function checkIntents(
  world: World,
  { id, entries }: Evidence,
  performances: readonly Performance[],
): string[] {
  const problems: string[] = [];
  const intents = new Map<string, { effect: Effect; v: number; orgId: string }>();
  for (const { state, effects } of entries) {
    for (const effect of effects) intents.set(effect.id, { effect, v: state.v, orgId: state.orgId });
  }
  const delivery = world.records().find(({ state }) => state.id === id)?.delivery;
  const dead = new Set(delivery?.dead.map(({ effect }) => effect.id));
  if (dead.size !== delivery?.dead.length) problems.push(`${id}: an effect was given up twice`);
  for (const { effect, v } of intents.values()) {
    const isOver = performances.some((performance) => {
      const isEnd = performance.result === 'done' || dead.has(performance.effect.id);
      return isEnd && performance.v >= v && isSameSurface(performance.effect, effect);
    });
    if (!isOver) problems.push(`${id}: ${effect.kind} ${effect.id} was neither done nor given up`);
  }
  for (const { effect, orgId } of performances) {
    const intent = intents.get(effect.id);
    if (intent === undefined || !isDeepStrictEqual(bodyOf(intent.effect), bodyOf(effect))) {
      problems.push(`${id}: ${effect.kind} ${effect.id} was done and never intended`);
    }
    if (intent?.orgId !== orgId) problems.push(`${id}: ${effect.id} was done for another org`);
  }
  return problems;
}

/**
 * Two messages of one key: the later sender had begun, and looked if there was a reason to, before the
 * earlier message was there, so both were being sent at once, by an owner and by one who no longer
 * was; or their clocks were too far apart for either to know; or the search was given up.
 */
function isExplained(world: World, earlier: SentMessage, later: SentMessage): boolean {
  if ((later.by.lookedAt ?? later.by.beganAt) < earlier.sentAt) return true;
  const senders = new Set([earlier.by.process, later.by.process]);
  if (senders.size === 2 && worstSkewMs(world, senders) >= leaseMs / 2) return true;
  const delivery = world.records().find(({ state }) => state.id === earlier.by.executionId)?.delivery;
  return delivery?.dead.some(({ effect }) => isSameSurface(effect, earlier.by.effect)) ?? false;
}

function worstSkewMs({ processes }: World, names: ReadonlySet<string>): number {
  const named = processes.filter(({ gate }) => names.has(gate.name));
  return named.reduce((sum, process) => sum + process.worstSkewMs, 0);
}

function explain(key: string, earlier: SentMessage, later: SentMessage): string {
  const look = later.by.lookedAt === null ? 'never looked' : `looked at ${later.by.lookedAt}`;
  return `${key} was sent at ${earlier.sentAt} and again at ${later.sentAt} by one who ${look}`;
}

/**
 * Whoever operates the bot can see how many there may be: leases taken over, effects fenced and given up
 * are counted. A process that was killed counts nothing any more; its lease is then the one count.
 */
function checkCount(world: World, sent: readonly SentMessage[][]): string[] {
  const killed = new Set(world.processes.filter(({ wasKilled }) => wasKilled).map(({ gate }) => gate.name));
  const twice = sent.filter(({ length }) => length > 1);
  const countable = twice.map((messages) => messages.filter(({ by }) => !killed.has(by.process)).length - 1);
  const sum = countable.reduce((total, count) => total + Math.max(0, count), 0);
  const duplicates = Math.max(sum, Math.min(1, twice.length));
  const counted = world.processes.reduce(
    (total, { counters: { leasesTakenOver, effectsFenced, effectsDead } }) =>
      total + leasesTakenOver + effectsFenced + effectsDead,
    0,
  );
  return duplicates <= counted ? [] : [`${duplicates} messages too many were sent, and ${counted} counted`];
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** What the effect is for; the rest changes with each try. */
function bodyOf(effect: Effect): object {
  const changes = new Set(['attempts', 'notBefore', 'lastError', 'failingSince', 'maybeSent']);
  return Object.fromEntries(Object.entries(effect).filter(([key]) => !changes.has(key)));
}
