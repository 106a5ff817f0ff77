import { agentListenerLogModel, agentListenerModel } from './agent-listener.ts';
import { agentModel } from './agent.ts';
import { apiKeyModel } from './api-key.ts';
import { batchModel, batchRowModel } from './batch.ts';
import type { Database } from './database.ts';
import { deliveryLaneModel, deliveryModel } from './event-delivery.ts';
import { eventHandlerModel } from './event-handler.ts';
import { eventModel } from './event.ts';
import { executionModel } from './execution.ts';
import { homeViewerModel } from './home-viewer.ts';
import { idempotencyModel } from './idempotency.ts';
import { installationModel } from './installation.ts';
import { memberModel } from './member.ts';
import { memberSettingsModel } from './member-settings.ts';
import { orgEventModel } from './org-event.ts';
import { orgModel } from './org.ts';
import { pluginModel } from './plugin.ts';
import { postedCardModel } from './posted-card.ts';
import { providerSlotsModel, providerTicketModel } from './provider-slots.ts';
import { rehearsalModel } from './rehearsal-store.ts';
import { sessionModel, signInLinkModel } from './session.ts';
import { slackInboxLaneModel, slackInboxModel } from './slack-inbox.ts';
import { slackDeliveryModel } from './slack-delivery.ts';
import { stepRunModel } from './step-run.ts';
import { teamModel } from './team.ts';
import { triggerLogModel } from './trigger-log.ts';
import { intakeSecretModel } from './intake-secret.ts';
import { scheduleClockModel } from './schedule-clock.ts';
import { triggerModel } from './trigger-store.ts';
import { workItemModel } from './work-item.ts';
import { revisionModel, workflowModel } from './workflow.ts';
import { workflowDraftModel } from './workflow-draft.ts';

/** Creates the indexes that are missing. Safe to run from several processes at once. */
export async function ensureIndexes(database: Database): Promise<void> {
  const models = [
    executionModel,
    eventModel,
    workflowModel,
    revisionModel,
    orgModel,
    slackDeliveryModel,
    homeViewerModel,
    postedCardModel,
    orgEventModel,
    memberModel,
    memberSettingsModel,
    teamModel,
    apiKeyModel,
    idempotencyModel,
    pluginModel,
    eventHandlerModel,
    deliveryModel,
    deliveryLaneModel,
    providerSlotsModel,
    providerTicketModel,
    agentModel,
    batchModel,
    batchRowModel,
    agentListenerModel,
    agentListenerLogModel,
    stepRunModel,
    installationModel,
    workflowDraftModel,
    sessionModel,
    signInLinkModel,
    triggerModel,
    workItemModel,
    intakeSecretModel,
    scheduleClockModel,
    slackInboxModel,
    slackInboxLaneModel,
    triggerLogModel,
    rehearsalModel,
  ];
  for (const model of models) await model(database).createIndexes();
}
