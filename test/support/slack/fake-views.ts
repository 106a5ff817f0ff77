import type { FakeMethods } from './fake-methods.ts';
import { fillIds } from './fake-shapes.ts';
import { APP_ID, BOT, type FakeView, type FakeWorkspace, SlackApiError, TEAM } from './fake-workspace.ts';
import { type JsonObject, toObject, toObjects, toText } from './json.ts';
import { SLACK_LIMITS } from './slack-limits.ts';
import type { TriggerIds } from './trigger-ids.ts';

/** The modals that people have open, and their Home tabs. */
export class FakeViews {
  private readonly workspace: FakeWorkspace;
  private readonly triggers: TriggerIds;
  private readonly stacks = new Map<string, FakeView[]>();
  private readonly homes = new Map<string, FakeView>();

  constructor(workspace: FakeWorkspace, triggers: TriggerIds) {
    this.workspace = workspace;
    this.triggers = triggers;
  }

  /** The modals of a person, the one on top last. */
  stack(userId: string): FakeView[] {
    return this.stacks.get(userId) ?? [];
  }

  home(userId: string): FakeView | undefined {
    return this.homes.get(userId);
  }

  /** `views.*`; trigger ids are checked and used up before these run. */
  methods(): FakeMethods {
    return {
      'views.open': (args) => ({ view: this.open(this.userOf(args), args.view) }),
      'views.push': (args) => ({ view: this.push(this.userOf(args), args.view) }),
      'views.update': (args) => ({ view: this.update(args) }),
      'views.publish': (args) => ({ view: this.publish(args) }),
    };
  }

  open(userId: string, value: unknown): FakeView {
    const view = this.build(value, undefined);
    this.stacks.set(userId, [view]);
    return view;
  }

  push(userId: string, value: unknown): FakeView {
    const stack = this.stack(userId);
    const below = stack.at(-1);
    if (below === undefined) throw new SlackApiError('not_found');
    if (stack.length >= SLACK_LIMITS.viewsInStack) throw new SlackApiError('push_limit_reached');
    const view = this.build(value, below);
    this.stacks.set(userId, [...stack, view]);
    return view;
  }

  /** Replaces what a view shows; it keeps its id and gets a new hash. */
  replace(view: FakeView, value: unknown): FakeView {
    const fresh = this.build(value, undefined);
    const { id, root_view_id, previous_view_id } = view;
    for (const field of Object.keys(view)) delete view[field];
    return Object.assign(view, fresh, { id, root_view_id, previous_view_id });
  }

  /** Closes one view; the one below it is shown again. */
  close(userId: string, viewId: string): void {
    const rest = this.stack(userId).filter(({ id }) => id !== viewId);
    this.stacks.set(userId, rest);
  }

  clear(userId: string): void {
    this.stacks.set(userId, []);
  }

  /** A person's view: the one with this id, or without an id the modal on top. */
  requireView(userId: string, viewId?: string): FakeView {
    const own = [...this.stack(userId), ...[this.home(userId)].filter((view) => view !== undefined)];
    const view = viewId === undefined ? this.stack(userId).at(-1) : own.find(({ id }) => id === viewId);
    if (view !== undefined) return view;
    throw new Error(`${userId} has no ${viewId === undefined ? 'open modal' : `view ${viewId}`}`);
  }

  private userOf(args: JsonObject): string {
    const origin = this.triggers.find(toText(args.trigger_id));
    if (origin === undefined) throw new SlackApiError('invalid_trigger_id');
    return origin.userId;
  }

  private update(args: JsonObject): FakeView {
    const all = [...this.stacks.values(), [...this.homes.values()]].flat();
    const view = all.find((one) =>
      args.view_id === undefined ? one.external_id === args.external_id : one.id === args.view_id,
    );
    if (view === undefined) throw new SlackApiError('not_found');
    if (args.hash !== undefined && args.hash !== view.hash) throw new SlackApiError('hash_conflict');
    return this.replace(view, args.view);
  }

  private publish(args: JsonObject): FakeView {
    const userId = this.workspace.requireUser(toText(args.user_id)).id;
    const existing = this.home(userId);
    if (existing !== undefined && args.hash !== undefined && args.hash !== existing.hash)
      throw new SlackApiError('hash_conflict');
    const view =
      existing === undefined ? this.build(args.view, undefined) : this.replace(existing, args.view);
    this.homes.set(userId, view);
    return view;
  }

  private build(value: unknown, below: FakeView | undefined): FakeView {
    const sent = toObject(value);
    const id = `V${String(this.workspace.nextSequence()).padStart(9, '0')}`;
    const nowMs = this.workspace.clock.now().getTime();
    return {
      team_id: TEAM.id,
      app_id: APP_ID,
      bot_id: BOT.botId,
      app_installed_team_id: TEAM.id,
      private_metadata: '',
      callback_id: '',
      external_id: '',
      title: null,
      submit: null,
      close: null,
      clear_on_close: false,
      notify_on_close: false,
      state: { values: {} },
      ...structuredClone(sent),
      id,
      type: toText(sent.type),
      blocks: fillIds(toObjects(sent.blocks), () => this.workspace.nextSequence()),
      hash: `${Math.floor(nowMs / 1_000)}.${this.workspace.nextSequence()}`,
      root_view_id: toText(below?.root_view_id) || id,
      previous_view_id: below?.id ?? null,
    };
  }
}
