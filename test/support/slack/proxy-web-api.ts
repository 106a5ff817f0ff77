import type { ApiCall, ApiReply } from './api-call.ts';
import { fillIds } from './fake-shapes.ts';
import type { FakeUsergroup } from './fake-workspace.ts';
import { isObject, type JsonObject, toObject, toObjects, toText } from './json.ts';
import type { SlackRules } from './slack-rules.ts';
import type { UpstreamViews } from './upstream-views.ts';

export interface ProxyWebApiOptions {
  upstreamUrl: string;
  rules: SlackRules;
  views: UpstreamViews;
  usergroups: FakeUsergroup[];
  /** Puts the proxy's own address in place of a Socket Mode address. */
  rewriteSocketUrl(url: string): string;
}

/** The Web API of the local workspace, with what it lacks: rules, metadata, user groups, joining. */
export class ProxyWebApi {
  private readonly options: ProxyWebApiOptions;
  private sequence = 0;
  private readonly metadataByMessage = new Map<string, JsonObject>();

  constructor(options: ProxyWebApiOptions) {
    this.options = options;
  }

  /** Answers one call: refused by the rules, answered here, or done by the workspace. */
  async answer(call: ApiCall): Promise<ApiReply> {
    const refused = this.checkPush(call) ?? (await this.options.rules.check(call));
    if (refused !== undefined) return refused;
    const own = await this.answerHere(call);
    if (own !== undefined) return { status: 200, body: own };
    const reply = await this.forward(call.method, call.args, call.token);
    if (reply.body.error === 'unknown_method')
      this.options.rules.record(call.method, call.args, { error: 'unknown_method', messages: [] });
    return { ...reply, body: this.complete(call, reply.body) };
  }

  private checkPush(call: ApiCall): ApiReply | undefined {
    if (call.method !== 'views.push' || !this.options.views.isFull()) return undefined;
    this.options.rules.record(call.method, call.args, { error: 'push_limit_reached', messages: [] });
    return { status: 200, body: { ok: false, error: 'push_limit_reached' } };
  }

  /** What real Slack can do and the workspace cannot. */
  private async answerHere(call: ApiCall): Promise<JsonObject | undefined> {
    const { usergroups } = this.options;
    switch (call.method) {
      case 'usergroups.list':
        return { ok: true, usergroups: usergroups.map((group) => ({ ...group, date_delete: 0 })) };
      case 'usergroups.users.list': {
        const group = usergroups.find(({ id }) => id === toText(call.args.usergroup));
        return group === undefined
          ? { ok: false, error: 'no_such_subteam' }
          : { ok: true, users: group.users };
      }
      case 'conversations.join': {
        const info = await this.forward('conversations.info', call.args, call.token);
        return info.body;
      }
      default:
        return undefined;
    }
  }

  private async forward(method: string, args: JsonObject, token: string | undefined): Promise<ApiReply> {
    const { metadata: _metadata, ...rest } = this.withIds(args);
    const response = await fetch(`${this.options.upstreamUrl}/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token ?? ''}`, 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(rest),
    });
    return { status: response.status, body: toObject(await response.json()) };
  }

  /** Slack gives an id to every block and element that has none; the workspace does not. */
  private withIds(args: JsonObject): JsonObject {
    const fill = (blocks: unknown): JsonObject[] => fillIds(toObjects(blocks), () => ++this.sequence);
    if (Array.isArray(args.blocks)) return { ...args, blocks: fill(args.blocks) };
    if (!isObject(args.view)) return args;
    return { ...args, view: { ...args.view, blocks: fill(args.view.blocks) } };
  }

  private complete(call: ApiCall, body: JsonObject): JsonObject {
    if (body.ok !== true) return body;
    switch (call.method) {
      case 'apps.connections.open':
        return { ...body, url: this.options.rewriteSocketUrl(toText(body.url)) };
      case 'chat.postMessage':
      case 'chat.update':
        return this.keepMetadata(call, body);
      case 'conversations.history':
      case 'conversations.replies':
        return isTrue(call.args.include_all_metadata) ? this.giveMetadata(call, body) : body;
      default:
        return body;
    }
  }

  /** An update without metadata keeps what was there; an empty object takes it away. */
  private keepMetadata(call: ApiCall, body: JsonObject): JsonObject {
    const key = `${toText(body.channel)}:${toText(body.ts)}`;
    if (call.args.metadata !== undefined) this.metadataByMessage.set(key, toObject(call.args.metadata));
    const kept = this.metadataByMessage.get(key);
    if (kept === undefined || Object.keys(kept).length === 0) return body;
    return { ...body, message: { ...toObject(body.message), metadata: kept } };
  }

  private giveMetadata(call: ApiCall, body: JsonObject): JsonObject {
    const messages = toObjects(body.messages).map((message) => {
      const metadata = this.metadataByMessage.get(`${toText(call.args.channel)}:${toText(message.ts)}`);
      return metadata === undefined || Object.keys(metadata).length === 0
        ? message
        : { ...message, metadata };
    });
    return { ...body, messages };
  }
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === '1';
}
