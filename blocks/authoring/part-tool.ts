import type { Step } from '../../src/domain/definition.ts';
import { findTool } from '../../src/domain/step-resources.ts';
import { isDestructive, type ToolRef } from '../../src/domain/tool-server.ts';
import { inline } from '../escape.ts';
import type { FormErrors } from '../form-errors.ts';
import { resourcesOf, type StepPartForm } from './step-part.ts';
import { readTool, toolInputs, toolSentence } from './tool-input.ts';

/** Which tool a step calls. Its arguments are another part, because they depend on it. */
export const toolPart: StepPartForm = {
  label: 'Tool',
  title: 'Tool',
  appliesTo: ({ type }) => type === 'TOOL',
  summary: (context) => {
    const ref = toolOf(context.step);
    const info = findTool(resourcesOf(context), ref.server, ref.tool);
    const does = info === undefined ? '' : inline(toolSentence(info));
    const warning =
      info !== undefined && isDestructive(info)
        ? '⚠️ Its server says that it may destroy something. Nobody is asked before the call: put a decision before this step.'
        : '';
    const name = `\`${inline(ref.tool)}\` of \`${inline(ref.server)}\``;
    return [name, does, warning].filter((line) => line !== '').join('\n');
  },
  blocks: (context) => toolInputs(resourcesOf(context).toolServers, toolOf(context.step)),
  read: (context, state) => {
    const errors: FormErrors = {};
    const before = toolOf(context.step);
    const chosen = readTool(resourcesOf(context).toolServers, before, state, errors);
    return { step: chosen === null ? context.step : withTool(context.step, chosen), errors };
  },
};

/** The tool that a step calls. */
export function toolOf(step: Step): ToolRef {
  return step.type === 'TOOL' ? { server: step.toolServer, tool: step.tool } : { server: '', tool: '' };
}

/** The step with the tool. Arguments are those of one tool: another one begins without. */
export function withTool(step: Step, { server, tool }: ToolRef): Step {
  if (step.type !== 'TOOL') return step;
  if (step.toolServer === server && step.tool === tool) return step;
  const { inputsTemplate: _arguments, ...rest } = step;
  return { ...rest, toolServer: server, tool };
}
