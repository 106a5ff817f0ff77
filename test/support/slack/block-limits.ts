import { checkElementLimits, checkImage, checkPresentText } from './element-limits.ts';
import { isObject, type JsonObject, textOf, toList, toObject, toObjects, toText } from './json.ts';
import type { ProblemList } from './problem-list.ts';
import { SLACK_LIMITS as L } from './slack-limits.ts';

/** Where blocks are shown; some block types exist on some surfaces only. */
export type BlockSurface = 'message' | 'modal' | 'home';

const MESSAGE_ONLY = new Set(['markdown', 'table', 'data_table', 'task_card', 'plan', 'context_actions']);

/** Checks the lengths, counts and ids of a list of blocks; shapes are checked elsewhere. */
export function checkBlockLimits(
  problems: ProblemList,
  pointer: string,
  blocks: JsonObject[],
  surface: BlockSurface,
): void {
  const maxBlocks = surface === 'message' ? L.blocksPerMessage : L.blocksPerView;
  problems.checkCount(pointer, blocks.length, 0, maxBlocks);
  const blockIds = new Set<string>();
  for (const [index, block] of blocks.entries()) {
    const blockPointer = `${pointer}/${index}`;
    checkBlockId(problems, blockPointer, block, blockIds);
    if (surface !== 'message' && MESSAGE_ONLY.has(toText(block.type)))
      problems.add(blockPointer, `unsupported type: ${toText(block.type)}`);
    if (surface !== 'modal' && toObject(block.element).type === 'file_input')
      problems.add(`${blockPointer}/element`, 'unsupported type: file_input');
    checkBlock(problems, blockPointer, block);
    checkActionIds(problems, blockPointer, block);
  }
}

function checkBlockId(problems: ProblemList, pointer: string, block: JsonObject, seen: Set<string>): void {
  if (block.block_id === undefined) return;
  const blockId = toText(block.block_id);
  problems.checkText(`${pointer}/block_id`, blockId, L.blockId);
  if (seen.has(blockId)) problems.add(`${pointer}/block_id`, `\`block_id\` ${blockId} already exists`);
  seen.add(blockId);
}

function checkActionIds(problems: ProblemList, pointer: string, block: JsonObject): void {
  const seen = new Set<string>();
  for (const element of elementsOf(block)) {
    if (element.action_id === undefined) continue;
    const actionId = toText(element.action_id);
    if (seen.has(actionId)) problems.add(pointer, `\`action_id\` "${actionId}" already exists`);
    seen.add(actionId);
  }
}

/** The elements of a block, wherever the type of block keeps them. */
export function elementsOf(block: JsonObject): JsonObject[] {
  const single = [block.accessory, block.element].filter(isObject);
  return block.type === 'rich_text' ? [] : [...single, ...toObjects(block.elements)];
}

function checkBlock(problems: ProblemList, pointer: string, block: JsonObject): void {
  switch (block.type) {
    case 'section':
      return checkSection(problems, pointer, block);
    case 'header':
      return problems.checkText(`${pointer}/text/text`, textOf(block.text), L.headerText);
    case 'alert':
      return problems.checkText(`${pointer}/text/text`, textOf(block.text), L.alertText);
    case 'context':
      return checkElements(problems, pointer, block, L.contextElements);
    case 'actions':
      return checkElements(problems, pointer, block, L.actionsElements);
    case 'input':
      return checkInput(problems, pointer, block);
    case 'image':
      return checkImage(problems, pointer, block);
    case 'markdown':
      return problems.checkText(`${pointer}/text`, toText(block.text), L.markdownText);
    case 'table':
      return checkTable(problems, pointer, block);
    default:
      return;
  }
}

function checkSection(problems: ProblemList, pointer: string, block: JsonObject): void {
  if (block.text === undefined && block.fields === undefined)
    problems.add(pointer, 'must have text or fields');
  checkPresentText(problems, pointer, block, 'text', L.sectionText);
  if (block.fields !== undefined) {
    const fields = toObjects(block.fields);
    problems.checkCount(`${pointer}/fields`, fields.length, 1, L.sectionFields);
    for (const [index, field] of fields.entries())
      problems.checkText(`${pointer}/fields/${index}/text`, toText(field.text), L.fieldText);
  }
  if (isObject(block.accessory)) checkElementLimits(problems, `${pointer}/accessory`, block.accessory);
}

function checkElements(problems: ProblemList, pointer: string, block: JsonObject, maxItems: number): void {
  const elements = toObjects(block.elements);
  problems.checkCount(`${pointer}/elements`, elements.length, 1, maxItems);
  for (const [index, element] of elements.entries())
    checkElementLimits(problems, `${pointer}/elements/${index}`, element);
}

function checkInput(problems: ProblemList, pointer: string, block: JsonObject): void {
  problems.checkText(`${pointer}/label/text`, textOf(block.label), L.labelText);
  checkPresentText(problems, pointer, block, 'hint', L.hintText);
  if (isObject(block.element)) checkElementLimits(problems, `${pointer}/element`, block.element);
}

function checkTable(problems: ProblemList, pointer: string, block: JsonObject): void {
  const rows = toList(block.rows);
  problems.checkCount(`${pointer}/rows`, rows.length, 1, L.tableRows);
  for (const [index, row] of rows.entries())
    problems.checkCount(`${pointer}/rows/${index}`, toList(row).length, 1, L.tableColumns);
}
