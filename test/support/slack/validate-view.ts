import { checkBlocks } from './check-blocks.ts';
import { checkPresentText } from './element-limits.ts';
import { isObject, type JsonObject, textOf, toObjects, toText } from './json.ts';
import { ProblemList, type Refusal } from './problem-list.ts';
import { SLACK_LIMITS as L } from './slack-limits.ts';

const COMMON_FIELDS = ['type', 'blocks', 'private_metadata', 'callback_id', 'external_id'];
const MODAL_FIELDS = [...COMMON_FIELDS, 'title', 'submit', 'close', 'clear_on_close', 'notify_on_close'];

/**
 * Checks a view as `views.open`, `views.push`, `views.update`, `views.publish` and `response_action` take it.
 * `surface` is what the method accepts: a modal, or the Home tab for `views.publish`.
 */
export async function validateView(view: unknown, surface: 'modal' | 'home'): Promise<Refusal | undefined> {
  const problems = new ProblemList();
  if (!isObject(view)) {
    problems.add('/view', 'must be object');
    return { error: 'invalid_arguments', messages: problems.messages };
  }
  if (view.type !== surface) problems.add('/view/type', `must be "${surface}"`);
  checkFields(problems, view, surface === 'modal' ? MODAL_FIELDS : COMMON_FIELDS);
  checkStrings(problems, view);
  if (surface === 'modal') checkModal(problems, view);
  if (Array.isArray(view.blocks)) await checkBlocks(problems, '/view/blocks', view.blocks, surface);
  else problems.add('/view/blocks', 'must be array');
  if (problems.messages.length === 0) return undefined;
  return { error: 'invalid_arguments', messages: problems.messages };
}

function checkFields(problems: ProblemList, view: JsonObject, allowed: string[]): void {
  for (const field of Object.keys(view)) {
    if (!allowed.includes(field)) problems.add('/view', `no additional property allowed: ${field}`);
  }
}

function checkStrings(problems: ProblemList, view: JsonObject): void {
  const limits = {
    private_metadata: L.privateMetadata,
    callback_id: L.callbackId,
    external_id: L.externalId,
  };
  for (const [field, maxLength] of Object.entries(limits)) {
    const value = view[field];
    if (value === undefined) continue;
    if (typeof value !== 'string') problems.add(`/view/${field}`, 'must be string');
    else if (value.length > maxLength)
      problems.add(`/view/${field}`, `must be less than ${maxLength + 1} characters`);
  }
}

function checkModal(problems: ProblemList, view: JsonObject): void {
  problems.checkText('/view/title/text', textOf(view.title), L.viewTitle);
  checkPresentText(problems, '/view', view, 'submit', L.viewSubmit);
  checkPresentText(problems, '/view', view, 'close', L.viewClose);
  for (const field of ['title', 'submit', 'close']) {
    const text = view[field];
    if (isObject(text) && text.type !== 'plain_text')
      problems.add(`/view/${field}/type`, 'must be "plain_text"');
  }
  const hasInput = toObjects(view.blocks).some((block) => toText(block.type) === 'input');
  if (hasInput && view.submit === undefined)
    problems.add('/view', '`submit` is required when an input block is within the `blocks` array');
}
