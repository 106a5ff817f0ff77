import type { FakeMethods } from './fake-methods.ts';
import { buildBotMessage } from './fake-chat-methods.ts';
import { type FakeMessage, type FakeWorkspace, SlackApiError } from './fake-workspace.ts';
import { parseJson } from './api-call.ts';
import { type JsonObject, toObjects, toText } from './json.ts';

interface FakeFile {
  id: string;
  name: string;
  user: string;
  /** Undefined until the bytes were sent. */
  text: string | undefined;
}

/** The files of the fake: uploaded by the app in Slack's three steps, or shared by people. */
export class FakeFiles {
  private readonly workspace: FakeWorkspace;
  private readonly baseUrl: () => string;
  private readonly files = new Map<string, FakeFile>();

  constructor(workspace: FakeWorkspace, baseUrl: () => string) {
    this.workspace = workspace;
    this.baseUrl = baseUrl;
  }

  methods(): FakeMethods {
    return {
      'files.getUploadURLExternal': (args) => {
        const { id } = this.add(toText(args.filename), 'bot', undefined);
        return { file_id: id, upload_url: `${this.baseUrl()}/upload/${id}` };
      },
      'files.completeUploadExternal': (args) => this.complete(args),
      'files.info': (args) => ({ file: this.toApi(this.require(toText(args.file))) }),
    };
  }

  /** A file that a person has put into a form. */
  share(user: string, name: string, text: string): JsonObject {
    return this.toApi(this.add(name, user, text));
  }

  /** Takes an upload, or gives a file's text; undefined for another path. */
  async answer(path: string, contentType: string, body: string): Promise<string | undefined> {
    const [, kind, id] = /^\/(upload|files-pri)\/(F\d+)$/.exec(path) ?? [];
    const file = id === undefined ? undefined : this.files.get(id);
    if (file === undefined) return undefined;
    if (kind === 'files-pri') return file.text;
    file.text = await readUpload(contentType, body);
    return `OK - ${file.text.length}`;
  }

  /** The text of the file that a message carries. */
  textOf(message: FakeMessage): string | undefined {
    const [file] = toObjects(message.files);
    return this.files.get(toText(file?.id))?.text;
  }

  private complete(args: JsonObject): JsonObject {
    const named = toObjects(typeof args.files === 'string' ? parseJson(args.files) : args.files);
    const files = named.map(({ id }) => this.require(toText(id)));
    const channel = this.workspace.requireChannel(toText(args.channel_id));
    const message = buildBotMessage(this.workspace, { text: args.initial_comment });
    message.files = files.map((file) => this.toApi(file));
    if (args.thread_ts !== undefined) message.thread_ts = toText(args.thread_ts);
    this.workspace.addMessage(channel.id, message);
    return { files: files.map((file) => this.toApi(file)) };
  }

  private add(name: string, user: string, text: string | undefined): FakeFile {
    const file = { id: `F${String(this.workspace.nextSequence()).padStart(9, '0')}`, name, user, text };
    this.files.set(file.id, file);
    return file;
  }

  private require(id: string): FakeFile {
    const file = this.files.get(id);
    if (file?.text === undefined) throw new SlackApiError('file_not_found');
    return file;
  }

  private toApi({ id, name, user, text = '' }: FakeFile): JsonObject {
    const url = `${this.baseUrl()}/files-pri/${id}`;
    return { id, name, title: name, user, size: text.length, url_private: url, url_private_download: url };
  }
}

/** The client sends a form with one file in it, or just its bytes. */
async function readUpload(contentType: string, body: string): Promise<string> {
  if (!contentType.startsWith('multipart/form-data')) return body;
  const form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
  const [part] = form.values();
  return typeof part === 'object' ? part.text() : (part ?? '');
}
