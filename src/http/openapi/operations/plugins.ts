import { AttachPluginBody, ChangeEventHandlerBody } from '../../api/event-handler-routes.ts';
import { ListDeliveriesQuery } from '../../api/delivery-routes.ts';
import { ChangePluginBody, CreatePluginBody, EmptyBody, RotateSecretBody } from '../../api/plugin-input.ts';
import { ListPluginsQuery } from '../../api/plugin-routes.ts';
import type { Operation } from '../operation.ts';
import { listOf } from '../schemas/common.ts';
import {
  DeliveryOut,
  EventHandlerOut,
  PluginOut,
  PluginWithSecretOut,
  ReplayedOut,
} from '../schemas/plugin.ts';

const plugins = '/api/orgs/{orgId}/plugins';
const plugin = '/api/plugins/{pluginId}';
const handlers = '/api/workflows/{workflowId}/event-handlers';
const handler = `${handlers}/{handlerId}`;

const pluginOperations: readonly Operation[] = [
  {
    id: 'createPlugin',
    method: 'post',
    path: plugins,
    tag: 'Plugins',
    summary: 'Register a receiver of events',
    body: CreatePluginBody,
    example: {
      name: 'Ledger',
      webhookUrl: 'https://ledger.example.com/baton',
      events: ['WORKFLOW_EXECUTION_COMPLETED'],
      scopes: ['WORKFLOW_READ'],
    },
    headers: ['Idempotency-Key'],
    answers: { 201: { description: 'The plugin, and its secret this once', schema: PluginWithSecretOut } },
  },
  {
    id: 'listPlugins',
    method: 'get',
    path: plugins,
    tag: 'Plugins',
    summary: 'List the plugins of the org, or with `isPublic=true` those that everybody may attach',
    query: ListPluginsQuery,
    answers: { 200: { description: 'A page', schema: listOf(PluginOut) } },
  },
  {
    id: 'readPlugin',
    method: 'get',
    path: plugin,
    tag: 'Plugins',
    summary: 'Read a plugin',
    answers: { 200: { description: 'The plugin', schema: PluginOut } },
  },
  {
    id: 'changePlugin',
    method: 'patch',
    path: plugin,
    tag: 'Plugins',
    summary: 'Change a plugin',
    description: 'With another `webhookUrl` it has to be verified again.',
    body: ChangePluginBody,
    example: { tags: ['finance'] },
    headers: ['If-Match'],
    answers: { 200: { description: 'The plugin', schema: PluginOut } },
  },
  {
    id: 'deletePlugin',
    method: 'delete',
    path: plugin,
    tag: 'Plugins',
    summary: 'Delete a plugin and detach it everywhere',
    headers: ['If-Match'],
    answers: { 204: { description: 'Deleted' } },
  },
  {
    id: 'verifyWebhook',
    method: 'post',
    path: `${plugin}/verify-webhook`,
    tag: 'Plugins',
    summary: 'Prove that the receiver is yours',
    description:
      'Baton posts `{ type: "WEBHOOK_VERIFICATION", challenge }` to it, signed; it must answer 200 with `{ challenge }` within 15 seconds.',
    body: EmptyBody,
    example: {},
    answers: { 200: { description: 'The plugin, verified', schema: PluginOut } },
  },
  {
    id: 'rotateSecret',
    method: 'post',
    path: `${plugin}/rotate-secret`,
    tag: 'Plugins',
    summary: 'Make a new signing secret',
    description: 'Until the overlap is over, events carry the signatures of both.',
    body: RotateSecretBody,
    example: { overlapHours: 24 },
    answers: {
      200: { description: 'The plugin, and its new secret this once', schema: PluginWithSecretOut },
    },
  },
];

const handlerOperations: readonly Operation[] = [
  {
    id: 'attachPlugin',
    method: 'post',
    path: handlers,
    tag: 'Event handlers',
    summary: 'Attach a verified plugin to a workflow',
    description: 'It receives `PLUGIN_INSTALLED` with a token of its own for this workflow.',
    body: AttachPluginBody,
    example: { pluginId: '{pluginId}', events: ['WORKFLOW_EXECUTION_COMPLETED'] },
    headers: ['Idempotency-Key'],
    answers: { 201: { description: 'The handler', schema: EventHandlerOut } },
  },
  {
    id: 'listEventHandlers',
    method: 'get',
    path: handlers,
    tag: 'Event handlers',
    summary: 'List the handlers of a workflow',
    answers: { 200: { description: 'All of them', schema: listOf(EventHandlerOut) } },
  },
  {
    id: 'readEventHandler',
    method: 'get',
    path: handler,
    tag: 'Event handlers',
    summary: 'Read a handler',
    answers: { 200: { description: 'The handler', schema: EventHandlerOut } },
  },
  {
    id: 'changeEventHandler',
    method: 'patch',
    path: handler,
    tag: 'Event handlers',
    summary: 'Switch a handler off or on',
    body: ChangeEventHandlerBody,
    example: { enabled: false },
    answers: { 200: { description: 'The handler', schema: EventHandlerOut } },
  },
  {
    id: 'detachPlugin',
    method: 'delete',
    path: handler,
    tag: 'Event handlers',
    summary: 'Detach a plugin; its token opens nothing any more',
    answers: { 204: { description: 'Detached' } },
  },
  {
    id: 'listDeliveries',
    method: 'get',
    path: `${handler}/deliveries`,
    tag: 'Event handlers',
    summary: 'List deliveries with each attempt, newest first',
    query: ListDeliveriesQuery,
    answers: { 200: { description: 'A page', schema: listOf(DeliveryOut) } },
  },
  {
    id: 'replayDelivery',
    method: 'post',
    path: `${handler}/deliveries/{deliveryId}/replay`,
    tag: 'Event handlers',
    summary: 'Send an event again that was given up',
    body: EmptyBody,
    example: {},
    answers: { 200: { description: 'The delivery', schema: DeliveryOut } },
  },
  {
    id: 'replayDeadDeliveries',
    method: 'post',
    path: `${handler}/deliveries/replay`,
    tag: 'Event handlers',
    summary: 'Send all events again that were given up',
    body: EmptyBody,
    example: {},
    answers: { 200: { description: 'How many', schema: ReplayedOut } },
  },
];

export const webhookOperations: readonly Operation[] = [...pluginOperations, ...handlerOperations];
