import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Move } from '../../src/domain/rehearsal.ts';
import { endOf, play } from '../../src/engine/simulate/play.ts';
import { definition, human, prompt } from '../support/builders.ts';
import { findImpurities } from '../support/imports/find-impurities.ts';
import { readSourceTree } from '../support/imports/read-source-tree.ts';

const root = resolve(import.meta.dirname, '../..');

function moves(...raw: object[]): Move[] {
  return raw.map((move) => Move.parse(move));
}

describe('a rehearsal', () => {
  it('can reach nothing: no store, no client, no network, no clock', () => {
    const tree = readSourceTree(root, ['src', 'models', 'blocks', 'jobs']);
    const folder = 'src/engine/simulate';
    const files = readdirSync(join(root, folder));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const impurities = findImpurities(tree, `${folder}/${file}`).filter(
        // Reading a definition file parses a text; it opens no file.
        (problem) => !problem.endsWith('imports yaml'),
      );
      expect(impurities).toEqual([]);
    }
  });

  it('goes the way that people, models and time lead it, and writes down what would have been done', () => {
    const workflow = definition([
      prompt('extract', {
        outputSchema: { type: 'object', properties: { risk: { enum: ['low', 'high'] } }, required: ['risk'] },
        handoffs: [
          { condition: 'risky', when: { properties: { risk: { const: 'high' } } }, to: 'review' },
          { condition: 'default', to: 'complete' },
        ],
      }),
      human('review', {
        assignees: ['@legal'],
        policy: { required: 2 },
        reminder: { every: '1d', max: 3 },
        deadline: { after: '2d', then: 'escalate', escalateTo: ['@lead'] },
      }),
    ]);
    const rehearsal = play({
      definition: workflow,
      inputs: {},
      moves: moves(
        { type: 'answer', output: { risk: 'high' } },
        { type: 'decide', outcome: 'approved' },
        { type: 'wait', for: '2d' },
        { type: 'decide', outcome: 'approved', by: '@lead' },
      ),
    });
    expect(rehearsal.refused).toBeNull();
    expect(endOf(rehearsal.execution)).toEqual({
      status: 'COMPLETED',
      at: null,
      path: ['extract', 'review'],
    });
    const texts = rehearsal.records.flatMap(({ effects }) => effects.map(({ text }) => text));
    expect(texts).toEqual(
      expect.arrayContaining(['Asks @legal at review.', 'Reminds @legal (1).', 'Asks @lead at review.']),
    );
    expect(rehearsal.now.getTime() - rehearsal.records[0]!.at.getTime()).toBe(2 * 86_400_000);
  });

  it.each<[string, object, RegExp]>([
    ['somebody who is not asked', { type: 'decide', outcome: 'approved', by: 'U0EVE' }, /Only U0BO/],
    ['an outcome that is none', { type: 'decide', outcome: 'maybe' }, /not an outcome/],
    ['a reason that is missing', { type: 'decide', outcome: 'rejected' }, /needs a reason/],
    ['another step', { type: 'decide', step: 'other', outcome: 'approved' }, /is at "review"/],
    ['the wrong kind of move', { type: 'answer', output: 1 }, /without this run/],
  ])('stops at a move that the engine refuses: %s', (_what, move, expected) => {
    const rehearsal = play({ definition: definition([human('review')]), inputs: {}, moves: moves(move) });
    expect(rehearsal.refused).toMatchObject({ index: 0, message: expect.stringMatching(expected) });
  });

  it('holds to the two-person rules, and takes another member of a group for each vote', () => {
    const workflow = definition([
      human('first', { assignees: ['@finance'] }),
      human('second', {
        assignees: ['@finance', 'U0ANA'],
        policy: { required: 2, excludeStarter: true, excludePrevious: true },
      }),
    ]);
    const { execution, refused } = play({
      definition: workflow,
      inputs: {},
      startedBy: 'U0ANA',
      moves: moves(
        { type: 'decide', outcome: 'approved' },
        { type: 'decide', outcome: 'approved' },
        { type: 'decide', outcome: 'approved' },
      ),
    });
    expect(refused).toBeNull();
    expect(execution.status).toBe('COMPLETED');
    const voters = execution.stack.flatMap(({ votes }) => votes.map(({ actor }) => JSON.stringify(actor)));
    expect(new Set(voters).size).toBe(3);
    expect(voters.join()).not.toContain('U0ANA');
  });

  it('refuses inputs that do not fit', () => {
    const workflow = definition([], {
      type: 'object',
      properties: { amount: { type: 'number' } },
      required: ['amount'],
    });
    expect(() => play({ definition: workflow, inputs: {}, moves: [] })).toThrow(/inputs do not fit.*amount/);
  });
});
