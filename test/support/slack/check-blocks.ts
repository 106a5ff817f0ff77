import { type BlockSurface, checkBlockLimits } from './block-limits.ts';
import { findShapeProblems } from './block-schema.ts';
import { isObject, toObjects } from './json.ts';
import type { ProblemList } from './problem-list.ts';

/** Checks shape first; limits are only told for blocks whose shape is right, as Slack does. */
export async function checkBlocks(
  problems: ProblemList,
  pointer: string,
  blocks: unknown[],
  surface: BlockSurface,
): Promise<void> {
  for (const [index, block] of blocks.entries()) {
    const found = isObject(block)
      ? await findShapeProblems(block)
      : [{ pointer: '', message: 'must be object' }];
    for (const problem of found) problems.add(`${pointer}/${index}${problem.pointer}`, problem.message);
  }
  if (problems.messages.length > 0) return;
  checkBlockLimits(problems, pointer, toObjects(blocks), surface);
}
