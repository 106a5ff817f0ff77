import { isObject, type JsonObject, textOf, toList, toObject, toObjects, toText } from './json.ts';
import type { ProblemList } from './problem-list.ts';
import { SLACK_LIMITS as L } from './slack-limits.ts';

/** Checks the lengths and counts of one block element (a button, a select, an input…). */
export function checkElementLimits(problems: ProblemList, pointer: string, element: JsonObject): void {
  if (element.action_id !== undefined)
    problems.checkText(`${pointer}/action_id`, toText(element.action_id), L.actionId);
  checkPresentText(problems, pointer, element, 'placeholder', L.placeholder);
  if (isObject(element.confirm)) checkConfirm(problems, `${pointer}/confirm`, element.confirm);
  const type = toText(element.type);
  if (type === 'button' || type === 'workflow_button') checkButton(problems, pointer, element);
  if (type === 'image') checkImage(problems, pointer, element);
  if (type === 'mrkdwn' || type === 'plain_text')
    problems.checkText(`${pointer}/text`, toText(element.text), L.contextText);
  if (type === 'plain_text_input') checkTextInput(problems, pointer, element);
  if (type === 'static_select' || type === 'multi_static_select') checkSelect(problems, pointer, element);
  if (type === 'checkboxes' || type === 'radio_buttons')
    checkOptions(problems, `${pointer}/options`, element.options, L.optionsPerCheckboxes);
  if (type === 'overflow')
    checkOptions(problems, `${pointer}/options`, element.options, L.optionsPerOverflow);
  checkInitialOptions(problems, pointer, element);
}

function checkButton(problems: ProblemList, pointer: string, button: JsonObject): void {
  problems.checkText(`${pointer}/text/text`, textOf(button.text), L.buttonText);
  if (toText(button.value).length > L.buttonValue)
    problems.add(`${pointer}/value`, `must be less than ${L.buttonValue + 1} characters`);
  if (toText(button.url).length > L.url)
    problems.add(`${pointer}/url`, `must be less than ${L.url + 1} characters`);
  if (button.accessibility_label !== undefined) {
    const label = toText(button.accessibility_label);
    problems.checkText(`${pointer}/accessibility_label`, label, L.accessibilityLabel);
  }
}

/** Checks an image, which is a block as well as an element. */
export function checkImage(problems: ProblemList, pointer: string, image: JsonObject): void {
  problems.checkText(`${pointer}/alt_text`, toText(image.alt_text), L.imageText);
  if (image.image_url !== undefined)
    problems.checkText(`${pointer}/image_url`, toText(image.image_url), L.url);
  checkPresentText(problems, pointer, image, 'title', L.imageText);
}

function checkTextInput(problems: ProblemList, pointer: string, input: JsonObject): void {
  const longest = typeof input.max_length === 'number' ? input.max_length : L.inputLength;
  if (longest < 1 || longest > L.inputLength)
    problems.add(`${pointer}/max_length`, `must be between 1 and ${L.inputLength}`);
  const shortest = typeof input.min_length === 'number' ? input.min_length : 0;
  if (shortest < 0 || shortest > longest)
    problems.add(`${pointer}/min_length`, 'must be between 0 and max_length');
  if (toText(input.initial_value).length > longest)
    problems.add(`${pointer}/initial_value`, `must be less than ${longest + 1} characters`);
}

function checkSelect(problems: ProblemList, pointer: string, select: JsonObject): void {
  if (select.option_groups === undefined)
    return checkOptions(problems, `${pointer}/options`, select.options, L.optionsPerSelect);
  if (select.options !== undefined) problems.add(pointer, 'cannot have both options and option_groups');
  const groups = toObjects(select.option_groups);
  problems.checkCount(`${pointer}/option_groups`, groups.length, 1, L.optionGroups);
  for (const [index, group] of groups.entries()) {
    const groupPointer = `${pointer}/option_groups/${index}`;
    problems.checkText(`${groupPointer}/label/text`, textOf(group.label), L.optionText);
    checkOptions(problems, `${groupPointer}/options`, group.options, L.optionsPerSelect);
  }
}

function checkOptions(problems: ProblemList, pointer: string, value: unknown, maxItems: number): void {
  const options = toObjects(value);
  problems.checkCount(pointer, options.length, 1, maxItems);
  for (const [index, option] of options.entries()) checkOption(problems, `${pointer}/${index}`, option);
}

/** Checks one option; also used for those that `block_suggestion` answers. */
export function checkOption(problems: ProblemList, pointer: string, option: JsonObject): void {
  problems.checkText(`${pointer}/text/text`, textOf(option.text), L.optionText);
  problems.checkText(`${pointer}/value`, toText(option.value), L.optionValue);
  checkPresentText(problems, pointer, option, 'description', L.optionDescription);
}

/** Slack refuses initial options that are not, letter for letter, among the options. */
function checkInitialOptions(problems: ProblemList, pointer: string, element: JsonObject): void {
  if (toText(element.type).endsWith('external_select')) return;
  const grouped = toObjects(element.option_groups).flatMap((group) => toList(group.options));
  const known = new Set([...toList(element.options), ...grouped].map(optionKey));
  if (element.initial_option !== undefined && !known.has(optionKey(element.initial_option)))
    problems.add(`${pointer}/initial_option`, 'must be one of the provided options');
  if (element.initial_options === undefined) return;
  const chosen = toList(element.initial_options);
  if (chosen.length === 0) problems.add(`${pointer}/initial_options`, 'must have at least 1 items');
  if (chosen.some((option) => !known.has(optionKey(option))))
    problems.add(`${pointer}/initial_options`, 'must be among the provided options');
}

function optionKey(option: unknown): string {
  const { text, value } = toObject(option);
  return JSON.stringify([toText(value), textOf(text)]);
}

function checkConfirm(problems: ProblemList, pointer: string, confirm: JsonObject): void {
  problems.checkText(`${pointer}/title/text`, textOf(confirm.title), L.confirmTitle);
  problems.checkText(`${pointer}/text/text`, textOf(confirm.text), L.confirmText);
  checkPresentText(problems, pointer, confirm, 'confirm', L.confirmButton);
  checkPresentText(problems, pointer, confirm, 'deny', L.confirmButton);
}

/** Checks the text object in `owner[field]` if there is one. */
export function checkPresentText(
  problems: ProblemList,
  pointer: string,
  owner: JsonObject,
  field: string,
  maxLength: number,
): void {
  if (owner[field] === undefined) return;
  problems.checkText(`${pointer}/${field}/text`, textOf(owner[field]), maxLength);
}
