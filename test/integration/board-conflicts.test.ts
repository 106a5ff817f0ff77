import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Step } from '../../src/domain/definition.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { createAccessStage } from '../support/access-stage.ts';
import { startBoardWithTools } from '../support/board/board-with-tools.ts';
import { type BoardVisitor, signInAs } from '../support/board/board-visitor.ts';
import { readForm } from '../support/board/page-form.ts';
import { human, testOrgId } from '../support/builders.ts';
import type { HttpFixture } from '../support/http-fixture.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

const system = { kind: 'system' } as const;
const outputSchema = { type: 'object', properties: { amount: { type: 'number' } } };

describe.skipIf(isMongoMissing())(
  'forms of the board that were open while somebody else changed something',
  () => {
    let stop: () => Promise<void>;
    let board: HttpFixture;
    let visitor: BoardVisitor;

    beforeAll(async () => {
      ({ board, stop } = await startBoardWithTools());
      await (await createAccessStage(board)).addMember(testOrgId, 'U0ANA', 'owner');
      visitor = await signInAs(board, 'U0ANA');
    });
    afterAll(() => stop());

    async function stepsOf(id: string): Promise<Step[]> {
      return (await board.workflows.get(testOrgId, id)).definition.steps;
    }

    it('keep the arguments that were typed for a new tool step', async () => {
      const { id } = await board.createWorkflow([human('review')]);
      const first = readForm(await visitor.get(`/board/workflows/${id}/add/TOOL`));
      const asked = readForm(await first.send(visitor, { Step: 'Add up', Tool: 'everything: get-sum' }));
      await board.workflows.change(testOrgId, id, { description: 'Other words' }, system);
      const refused = await asked.send(visitor, { A: '40', B: '2' });
      expect(refused.status).toBe(422);
      expect(refused.text).toContain('Arguments of get-sum');
      expect(refused.text).toMatch(/role="alert">[^<]*changed/);
      expect((await readForm(refused).send(visitor)).status).toBe(303);
      expect(await stepsOf(id)).toContainEqual(
        expect.objectContaining({ name: 'add_up', inputsTemplate: { arguments: { a: 40, b: 2 } } }),
      );
    });

    it('keep where what leads to a step that is to be deleted shall lead', async () => {
      const steps = [
        human('first', { handoffs: [{ condition: 'approved', to: 'second' }] }),
        human('second'),
        human('third'),
      ];
      const { id } = await board.createWorkflow(steps);
      const page = `/board/workflows/${id}/steps/${(await stepsOf(id))[1]?.id}/delete`;
      const form = readForm(await visitor.get(page));
      await board.workflows.change(testOrgId, id, { description: 'Other words' }, system);
      const refused = await form.send(visitor, { 'What leads to this step shall lead to': 'Third' });
      expect(refused.status).toBe(409);
      expect((await visitor.post(page, { redirectTo: 'nowhere' })).status).toBe(422);
      expect((await readForm(refused).send(visitor)).status).toBe(303);
      expect((await stepsOf(id))[0]?.handoffs).toEqual([{ condition: 'approved', to: 'third' }]);
    });

    describe('with conditions', () => {
      let id: string;
      let conditions: string;

      beforeAll(async () => {
        const when = (least: number): JsonObject => ({
          type: 'object',
          properties: { amount: { type: 'number', minimum: least } },
          required: ['amount'],
        });
        const named = ['A', 'B', 'C', 'D'].map((condition, at) => ({
          condition,
          when: when(at),
          to: 'complete',
        }));
        const handoffs = [...named, { condition: 'default', to: 'complete' }];
        id = (await board.createWorkflow([human('review', { outputSchema, handoffs })])).id;
        conditions = `/board/workflows/${id}/steps/${(await stepsOf(id))[0]?.id}/conditions`;
      });

      async function names(): Promise<string[]> {
        return ((await stepsOf(id))[0]?.handoffs ?? []).map(({ condition }) => condition);
      }
      async function remove(name: string): Promise<void> {
        const steps = await stepsOf(id);
        const rest = steps[0]?.handoffs?.filter(({ condition }) => condition !== name);
        await board.workflows.change(
          testOrgId,
          id,
          { steps: [{ ...steps[0], handoffs: rest } as Step] },
          system,
        );
      }

      it('keep to the one that they were opened for, and to its place', async () => {
        const form = readForm(await visitor.get(`${conditions}/1`));
        await remove('A');
        const refused = await form.send(visitor, { Name: 'B, changed' });
        expect(refused.status).toBe(422);
        expect((await readForm(refused).send(visitor)).status).toBe(303);
        expect(await names()).toEqual(['B, changed', 'C', 'D', 'default']);
      });

      it('know it by its name when somebody has changed it too', async () => {
        const form = readForm(await visitor.get(`${conditions}/1`));
        await remove('B, changed');
        const other = readForm(await visitor.get(`${conditions}/0`));
        expect((await other.send(visitor, { 'Value 1': '77' })).status).toBe(303);
        const refused = await form.send(visitor, { 'Value 1': '88' });
        expect(refused.status).toBe(422);
        expect((await readForm(refused).send(visitor)).status).toBe(303);
        expect(await names()).toEqual(['C', 'D', 'default']);
        expect(JSON.stringify((await stepsOf(id))[0]?.handoffs?.[0])).toContain('"minimum":88');
      });

      it('say that it is gone, and remove no other', async () => {
        const form = readForm(await visitor.get(`${conditions}/0`));
        await remove('C');
        const answer = await form.send(visitor, { 'Keep this condition?': 'Remove it' });
        expect(answer.status).toBe(404);
        expect(answer.text).toContain('There is no such condition any more.');
        expect(await names()).toEqual(['D', 'default']);
      });
    });
  },
);
