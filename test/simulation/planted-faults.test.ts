import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  acknowledgesTooEarly,
  executesTwice,
  forgetsAnEffect,
  losesAnEvent,
  mixesOrgs,
  neverLooks,
  neverSweeps,
  withoutFencing,
  withoutVersions,
} from '../support/simulation/planted-faults.ts';
import { simulationProperty } from '../support/simulation/simulation-property.ts';
import type { Plant } from '../support/simulation/world.ts';

const numRuns = 5_000;
const seed = 20_260_302;

describe('the simulation', () => {
  it.each<[string, Plant, RegExp]>([
    ['commits that ignore the version', withoutVersions, /was made from|is not what/],
    ['settlements of a worker that has lost its lease', withoutFencing, /came back|neither done|sent at/],
    ['an effect that is forgotten', forgetsAnEffect, /neither done nor given up/],
    [
      'an answer that comes before the write',
      acknowledgesTooEarly(),
      /took effect|is not the one|was made from/,
    ],
    ['an event that is lost', losesAnEvent, /the chain of the log breaks/],
    ['a message that is sent again without looking', neverLooks, /by one who never looked/],
    ['timers that never fire', neverSweeps, /waits for ever/],
    ['orgs that are mixed', mixesOrgs, /in another org|for another org/],
    ['a command that is executed twice', executesTwice, /took effect 2 times|is not what wake makes/],
  ])('finds %s', { timeout: 120_000 }, async (_fault, plant, message) => {
    const found = await fc.check(simulationProperty(plant), { numRuns, seed, endOnFailure: true });
    expect(found.failed).toBe(true);
    expect(String(found.errorInstance)).toMatch(message);
  });
});
