import type { JsonObject } from '../../../domain/json.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { FormRequest } from '../shared/open-forms.ts';

/** Who wants something done, and from where. */
export interface CommandRequest extends FormRequest {
  /** The conversation; null on the Home tab. */
  channelId: string | null;
  threadTs: string | null;
}

/** What stands behind a verb. */
export interface VerbArguments {
  /** The name of a workflow, or the number of a task; '' when there is none. */
  name: string;
  /** The `key=value` pairs, as texts. */
  values: JsonObject;
  /** All of it, as it was typed. */
  text: string;
}

/** Does what one verb says. */
export type VerbHandler = (deps: SlackDeps, request: CommandRequest, given: VerbArguments) => Promise<void>;
