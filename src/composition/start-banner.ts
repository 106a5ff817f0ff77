import type { RunningApp } from '../app.ts';
import type { Config } from '../config.ts';

/** What a person who starts the bot on their machine must know, in plain words. */
export function startBanner(app: RunningApp, { webhooks }: Pick<Config, 'webhooks'>): string {
  return [
    '',
    'Baton is running.',
    '',
    ...slackLines(app),
    `  Board      ${app.publicUrl}/board`,
    `  API        ${app.publicUrl}/api   (org ${app.orgId})`,
    ...keyLines(app),
    ...webhookLines(webhooks),
    '',
    ...firstSteps(app),
    'Stop it with Ctrl-C.',
    '',
  ].join('\n');
}

function slackLines({ local, hasSlack }: RunningApp): string[] {
  if (local.slack !== null) return [`  Slack      ${local.slack.url}`, `             ${local.slack.notice}`];
  if (hasSlack) return ['  Slack      connected to your workspace'];
  return [
    '  Slack      none: the local Slack workspace cannot run here.',
    `             ${local.slackUnavailable ?? ''}`,
    '             To connect a real Slack, set SLACK_BOT_TOKEN and SLACK_APP_TOKEN; README.md says how, step by step.',
  ];
}

function keyLines({ generatedAdminKey }: RunningApp): string[] {
  if (generatedAdminKey === null) return [];
  return [
    `  Admin key  ${generatedAdminKey}`,
    '             Made for this run and shown only now. Set BATON_ADMIN_KEY to choose your own.',
  ];
}

function webhookLines({ allowPrivate }: Config['webhooks']): string[] {
  if (!allowPrivate) return [];
  return ['  Webhooks   may go to this machine and to private networks, which production refuses.'];
}

function firstSteps({ local, hasSlack }: RunningApp): string[] {
  if (local.slack !== null) {
    return [
      'Open the Slack address in a browser, act as Ana, and type in #general:',
      '',
      '  /workflow start refund-approval',
      '',
      'Then act as Bo, open “Bo Chen” under Direct messages, and decide.',
      '',
    ];
  }
  return hasSlack ? ['Type /workflow in Slack to begin.', ''] : [];
}
