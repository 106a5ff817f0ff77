import { describe, expect, it } from 'vitest';
import { checkLine, checkMessage } from '../../../blocks/check/check-message.ts';
import { partOf } from '../../../blocks/check/part-of-finding.ts';
import { decodeStepAction } from '../../../blocks/authoring/authoring-ids.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import { lintDefinition } from '../../../src/engine/lint/lint-definition.ts';
import { definition, human, userMessage } from '../../support/builders.ts';
import {
  buttonLabels,
  expectNothingHostile,
  expectSlackAccepts,
  hostileText,
  shownText,
} from './slack-accepts.ts';
import { workflowNamed } from './workflow-fixture.ts';

const refund = definition([
  userMessage('collect', { description: 'Collect the papers' }),
  human('decide', { handoffs: [{ condition: 'approved', to: 'complete' }] }),
]);

describe('the result of a check', () => {
  const view = {
    workflow: workflowNamed('Refund', 'DRAFT'),
    definition: refund,
    findings: lintDefinition(refund),
  };

  it('says what goes wrong, draws the way there, and opens the form that mends it', async () => {
    const message = checkMessage(view);
    await expectSlackAccepts(message);
    const text = shownText(message);
    expect(text).toContain('1 error, 1 warning');
    expect(text).toContain('When "rejected" is chosen, no handoff of “Decide” matches');
    expect(text).toContain(
      '> 1. Collect the papers\n>   ↓ it is marked done\n> 2. Decide\n>   ↓ "rejected" is chosen\n> ✖',
    );
    const [edit] = JSON.stringify(message.blocks).match(/"value":"[^"]+:routes:3"/) ?? [];
    expect(decodeStepAction(edit?.slice(9, -1))).toMatchObject({ verb: 'routes', revision: 3 });
    const [decide] = refund.steps.slice(1);
    expect(decide && partOf({ rule: 'value-missing', part: 'prefill/text' }, decide)).toBe('answer');
  });

  it('mentions whom the workflow asks, and takes no other word for a person', async () => {
    const [bo, group] = ['U0BO', '<!subteam^S0123456789>'];
    const asked = definition([
      human('ok', { assignees: [bo, `<@U0CHI>, ${group}`], policy: { excludePrevious: true } }),
    ]);
    const message = `Of U0BO, U0CHI and "${group}" nobody ships to "USA" for U0EVE <!subteam^S0999999999>`;
    const finding = { ...view.findings[0], message } as Finding;
    const shown = checkMessage({ ...view, definition: asked, findings: [finding] });
    await expectSlackAccepts(shown);
    const says = `Of <@U0BO>, <@U0CHI> and "${group}" nobody ships to "USA" for U0EVE &lt;!subteam^S0999999999&gt;`;
    expect(shownText(shown)).toContain(says);
    expect(shown.text).toContain(says);
  });

  it('says what keeps the workflow from being activated, and what does not', () => {
    const warnings = view.findings.filter(({ severity }) => severity === 'warning');
    expect(shownText(checkMessage(view))).toContain('Errors keep it from being activated.');
    expect(shownText(checkMessage({ ...view, findings: warnings }))).toContain(
      'Nothing of this keeps it from',
    );
  });

  it('has no button to edit for whoever may not change the workflow', () => {
    expect(buttonLabels(checkMessage({ ...view, canEdit: false }))).toEqual(['Check again', 'Open']);
    expect(buttonLabels(checkMessage(view))).toContain('Edit');
  });

  it('says so when there is nothing to tell', async () => {
    const message = checkMessage({ ...view, findings: [] });
    await expectSlackAccepts(message);
    expect(shownText(message)).toContain('Every step can be reached');
    expect(checkLine([])).toContain('found nothing');
  });

  it('stays small enough for Slack, and harmless, whatever is in it', async () => {
    const finding: Finding = {
      rule: 'value-missing',
      severity: 'error',
      stepName: 'decide',
      part: 'inputsTemplate/message',
      path: Array.from({ length: 50 }, () => ({
        stepName: 'collect',
        taken: `${hostileText} \`\`\` ${'x'.repeat(300)}`,
      })),
      message: `${hostileText} ${'y'.repeat(2_000)}`,
      fix: `${hostileText} ${'z'.repeat(2_000)}`,
    };
    const message = checkMessage({
      ...view,
      workflow: workflowNamed(hostileText.slice(0, 90), 'DRAFT'),
      findings: Array.from({ length: 60 }, () => finding),
    });
    await expectSlackAccepts(message);
    expectNothingHostile(message);
    expect(JSON.stringify(message.blocks).length).toBeLessThan(20_000);
    expect(shownText(message)).toContain('and 53 more');
  });
});
