import { describe, expect, it } from 'vitest';
import { movePreview, movedMessage } from '../../../blocks/revisions/revision-messages.ts';
import { deriveId } from '../../../src/domain/ids.ts';
import { definition, human } from '../../support/builders.ts';
import { buttonLabels, expectSlackAccepts, shownText } from './slack-accepts.ts';

const workflow = { id: deriveId('workflow', 1), name: 'Refund', revision: 2 };
const refund = definition([human('ok', { description: 'The lead decides' })]);
const tasks = Array.from({ length: 100 }, (_, index) => ({
  executionId: deriveId('execution', index),
  revision: 1,
  at: 'ok',
  problem: null,
}));

describe('tasks that are moved to another revision', () => {
  it('are said to be all where they are', async () => {
    const preview = movePreview(workflow, refund, tasks.slice(0, 2));
    await expectSlackAccepts(preview);
    expect(preview.text).toMatch(
      /^2 tasks of .*Refund.* go on by older revisions\. 2 can be moved to revision 2/,
    );
    expect(shownText(preview)).toContain('at “The lead decides”, revision 1');
    expect(buttonLabels(movedMessage(workflow, refund, tasks.slice(0, 2)))).toEqual([]);
  });

  it('are said to be some where there may be more, which come next', async () => {
    const preview = movePreview(workflow, refund, tasks, { isCut: true });
    await expectSlackAccepts(preview);
    expect(shownText(preview)).toContain(
      'At least 100 tasks of *Refund* go on by older revisions, of which these',
    );
    const moved = movedMessage(workflow, refund, tasks, { isCut: true });
    await expectSlackAccepts(moved);
    expect(buttonLabels(moved)).toEqual(['More tasks…']);
    expect(shownText(preview)).not.toContain('executionIds');
  });

  it('do not lead back to the same tasks when none of them can be moved, and say what moves the others', async () => {
    const stuck = tasks.map((task) => ({ ...task, problem: 'The step "ok" is gone.' }));
    const preview = movePreview(workflow, refund, stuck, { isCut: true });
    await expectSlackAccepts(preview);
    expect(buttonLabels(preview)).toEqual([]);
    expect(shownText(preview)).toContain(
      `\`POST /api/workflows/${workflow.id}/moves\` with \`executionIds\``,
    );
    expect(buttonLabels(movedMessage(workflow, refund, stuck, { isCut: true }))).toEqual([]);
  });
});
