import { randomUUID } from 'node:crypto';
import { createMongoEventStore } from '../../models/mongo-event-store.ts';
import { createTaskStore } from '../../models/task-store.ts';
import { createWorkflowStore } from '../../models/workflow-store.ts';
import type { AppBase } from './app-base.ts';
import { createOrgServices, type OrgServices } from './create-org-services.ts';
import { createPerformer } from './create-performer.ts';
import { RunAnnouncer, type StepRuns, startStepRuns } from './create-step-runs.ts';
import { createEngine } from '../engine/create-engine.ts';
import { createRestrict } from '../engine/access/create-restrict.ts';
import { createTasks } from '../engine/create-tasks.ts';
import type { DefinitionSource } from '../engine/engine-deps.ts';
import { createDefinitionSource } from '../engine/workflows/definition-cache.ts';
import type { Engine } from '../engine/engine.ts';
import type { AgentListeners } from '../engine/listeners/agent-listeners.ts';
import { meterPerformer } from '../engine/engine-meter.ts';
import { defaultRelayOptions } from '../engine/engine-deps.ts';
import type { Rehearsals } from '../engine/rehearsals/rehearsals.ts';
import type { Restrict } from '../engine/access/restriction.ts';
import type { Tasks } from '../engine/tasks.ts';
import type { WorkflowEvents } from '../engine/workflows/workflow-events.ts';
import type { Workflows } from '../engine/workflows/workflows.ts';
import { faultsOf } from './faults-of.ts';
import { newId, newSecret } from './new-id.ts';
import { prepareLocalOrg } from './prepare-local-org.ts';
import { servedBy } from './serve-orgs.ts';
import { accountsOf, channelsOf, type SlackSide, whyParkedIn } from './slack-side.ts';
import { startAgentListeners } from './start-agent-listeners.ts';
import { type Drafting, startDrafts } from './start-drafts.ts';
import { type StepMaking, startStepMaking } from './start-step-resources.ts';
import { startRehearsals } from './start-rehearsals.ts';
import { type WhyServices, startWhy } from './start-why.ts';
import { startWorkflows } from './start-workflows.ts';
import { startWebhooks } from './start-webhooks.ts';
import { startWorkSources, type WorkSources } from './start-work-sources.ts';
import { systemTimers } from '../timers.ts';
import type { Webhooks } from '../webhooks/create-webhooks.ts';

/** Part of the ten seconds that a stop may take. */
const drainMs = 4_000;

/** What both edges, Slack and HTTP, work with. */
export interface Core extends OrgServices, StepRuns, WhyServices, StepMaking, Drafting, WorkSources {
  workflowEvents: WorkflowEvents;
  engine: Engine;
  workflows: Workflows;
  tasks: Tasks;
  restrict: Restrict;
  loadDefinition: DefinitionSource['loadDefinition'];
  agentListeners: AgentListeners;
  webhooks: Webhooks;
  rehearsals: Rehearsals;
}

/** Engine, runs, webhooks and definitions over one database. What must be stopped is given to `base.stoppers`. */
export async function startCore(base: AppBase, slack: SlackSide | null, orgId: string): Promise<Core> {
  const { database, clock, logger, stoppers, config, meters } = base;
  const store = createWorkflowStore(database);
  const definitions = createDefinitionSource(store, clock);
  const org = createOrgServices({ database, accounts: accountsOf(slack), clock, newId, newSecret, logger });
  const parts = { config, database, clock, newId, logger, stoppers };
  const webhooks = startWebhooks({ ...parts, box: base.box, org, onSent: meters.sent });
  const listenerParts = { ...parts, org, others: webhooks.fanOut };
  const { agentListeners, fanOut } = startAgentListeners({ ...listenerParts, engine: () => engine });
  const announcer = new RunAnnouncer();
  const execute: Engine['execute'] = (...command) => engine.execute(...command);
  const performerParts = { database, org, definitions, clock, execute };
  const others = createPerformer(slack?.connections ?? null, performerParts);
  const engine: Engine = createEngine({
    ...servedBy(database, slack, orgId),
    events: createMongoEventStore(database),
    definitions,
    performer: meterPerformer(announcer.performer(others), { meter: meters.engine, clock }),
    clock,
    timers: systemTimers,
    newId,
    lease: { holder: randomUUID(), leaseMs: config.leaseMs },
    counters: meters.counters.engine,
    meter: meters.engine,
    logger,
    relay: defaultRelayOptions,
    fanOut,
    ...faultsOf(config.failpoint, logger),
  });
  stoppers.add(() => engine.drain(drainMs));
  const { agents } = org;
  const meter = meters.model;
  const runParts = { config, database, engine, agents, announcer, meter, clock, logger, stoppers };
  const stepRuns = startStepRuns({ ...runParts, ...faultsOf(config.failpoint, logger) });
  const making = startStepMaking(config, org, stepRuns);
  const workflowParts = { base, org, store, definitions, slack, fanOut, making };
  const { workflows, workflowEvents } = startWorkflows(workflowParts);
  await prepareLocalOrg({ config, members: org.members, workflows, store, orgId });
  const services = { engine, workflows, tasks: createTasks(createTaskStore(database)) };
  const findWorkflow = definitions.findWorkflow.bind(definitions);
  const announce = (id: string): void => slack?.connections.workflowChanges.announce(id);
  const ofBatches = { leaseMs: config.leaseMs, ...faultsOf(config.failpoint, logger) };
  const ofOrg = { note: org.noteOrgEvent, members: org.members, ...whyParkedIn(slack) };
  const ofWork = { ...parts, ...ofBatches, ...ofOrg, engine, findWorkflow, slack, announce };
  return {
    ...services,
    ...org,
    ...stepRuns,
    ...making,
    ...startWhy({ config, clock, settings: org.settings, connections: slack?.connections ?? null, stepRuns }),
    agentListeners,
    ...startWorkSources({ ...ofWork, findChannels: channelsOf(slack), callbacks: webhooks.callbacks }),
    ...startDrafts(base, org, stepRuns, making),
    webhooks,
    workflowEvents,
    rehearsals: startRehearsals(base),
    restrict: createRestrict(services, findWorkflow),
    loadDefinition: definitions.loadDefinition.bind(definitions),
  };
}
