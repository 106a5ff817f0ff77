import { createHttpFixture, type Answer, type HttpFixture } from './http-fixture.ts';
import { testOrgId } from './builders.ts';
import { createTestDatabase, type TestDatabase } from './test-mongo.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

export interface Entity {
  id: string;
  [field: string]: unknown;
}

export interface DeliveryItem extends Entity {
  state: string;
  eventType: string;
  eventId: string;
  nextAttemptAt: string | null;
  attempts: {
    at: string;
    status: number | null;
    error: string | null;
    durationMs: number;
    excerpt?: string;
  }[];
}

/** A plugin with its receiver, attached to a workflow. */
export interface Attached {
  receiver: WebhookReceiver;
  plugin: Entity & { secret: string };
  handler: Entity;
  workflow: Entity;
  /** Where the handler is in the API. */
  path: string;
  token: string;
}

/** The API with receivers around it. The clock begins with the real time, which signatures are checked against. */
export class WebhookStage {
  readonly api: HttpFixture;
  readonly #database: TestDatabase;
  readonly #receivers: WebhookReceiver[] = [];
  #made = 0;

  constructor(api: HttpFixture, database: TestDatabase) {
    this.api = api;
    this.#database = database;
  }

  static async create(): Promise<WebhookStage> {
    const database = await createTestDatabase();
    const api = await createHttpFixture(database.uri);
    api.clock.set(new Date());
    return new WebhookStage(api, database);
  }

  async close(): Promise<void> {
    await Promise.all(this.#receivers.map((receiver) => receiver.close()));
    await this.api.close();
    await this.#database.drop();
  }

  /** Fails unless the status is the expected one. */
  async ask<Body = Entity>(status: number, method: string, path: string, body?: unknown): Promise<Body> {
    const answer = await this.api.ask<Body>(method, path, body === undefined ? {} : { body });
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  /** With another key than the admin's. */
  askAs<Body = Entity>(key: string, method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const headers = { authorization: `Bearer ${key}` };
    return this.api.ask<Body>(method, path, body === undefined ? { headers } : { headers, body });
  }

  async receiver(): Promise<WebhookReceiver> {
    const receiver = await WebhookReceiver.start();
    this.#receivers.push(receiver);
    return receiver;
  }

  createWorkflow(stepNames: readonly string[] = ['greet']): Promise<Entity> {
    const steps = stepNames.map((name) => ({
      name,
      type: 'USER_MESSAGE',
      inputsTemplate: { message: 'Do it' },
      assignee: 'U0CHI',
    }));
    return this.ask(201, 'POST', '/api/workflows', {
      orgId: testOrgId,
      name: `Workflow ${this.#made++}`,
      steps,
    });
  }

  createPlugin(webhookUrl: string, more: object = {}): Promise<Entity & { secret: string }> {
    return this.ask(201, 'POST', `/api/orgs/${testOrgId}/plugins`, {
      name: 'Tickets',
      events: ['WORKFLOW_EXECUTION_STARTED', 'WORKFLOW_EXECUTION_COMPLETED'],
      scopes: ['WORKFLOW_READ', 'WORKFLOW_WRITE'],
      webhookUrl,
      ...more,
    });
  }

  /** `PLUGIN_INSTALLED` has come and is not among what the receiver has received. */
  async attach(pluginFields: object = {}, attachment: object = {}, workflow?: Entity): Promise<Attached> {
    const receiver = await this.receiver();
    const plugin = await this.createPlugin(receiver.url, pluginFields);
    await this.ask(200, 'POST', `/api/plugins/${plugin.id}/verify-webhook`, {});
    const target = workflow ?? (await this.createWorkflow());
    const base = `/api/workflows/${target.id}/event-handlers`;
    const handler = await this.ask(201, 'POST', base, { pluginId: plugin.id, ...attachment });
    await this.settle();
    const [installed] = receiver.received.splice(0);
    const token = String(installed?.json.data['token']);
    return { receiver, plugin, handler, workflow: target, path: `${base}/${handler.id}`, token };
  }

  async start(workflow: Entity): Promise<Entity> {
    return this.ask(201, 'POST', `/api/workflows/${workflow.id}/executions`, {});
  }

  async complete(executionId: string, stepName = 'greet'): Promise<void> {
    await this.ask(200, 'POST', `/api/workflows/executions/${executionId}/complete-step`, { stepName });
  }

  /** Everything that was begun is done: events are out of their outboxes, and what was due has been tried. */
  async settle(): Promise<void> {
    await this.api.engine.idle();
    await this.api.webhooks.worker.idle();
  }

  /** Moves the clock, and does what the recurring job does then. */
  async passTime(byMs: number): Promise<void> {
    this.api.clock.advance(byMs);
    await this.api.webhooks.worker.sweep();
    await this.settle();
  }

  async deliveries(path: string, state?: string): Promise<DeliveryItem[]> {
    const query = state === undefined ? '' : `?state=${state}`;
    const { items } = await this.ask<{ items: DeliveryItem[] }>(200, 'GET', `${path}/deliveries${query}`);
    return items;
  }
}
