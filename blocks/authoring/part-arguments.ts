import type { Step } from '../../src/domain/definition.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { findTool } from '../../src/domain/step-resources.ts';
import type { ToolInfo } from '../../src/domain/tool-server.ts';
import { context as contextBlock, section } from '../elements.ts';
import { inline } from '../escape.ts';
import { describeArguments } from '../run-step-words.ts';
import { argumentInputs, readArguments } from './argument-inputs.ts';
import { toolOf } from './part-tool.ts';
import { type PartContext, resourcesOf, type StepPartForm, withField } from './step-part.ts';
import { toolSentence } from './tool-input.ts';
import { variablesText } from './variables-text.ts';

/** What a step calls its tool with, asked for by the tool's own schema. */
export const argumentsPart: StepPartForm = {
  label: 'Arguments',
  title: 'Arguments',
  appliesTo: ({ type }) => type === 'TOOL',
  summary: ({ step }) => describeArguments(argumentsOf(step)) || 'None',
  blocks: (context) => {
    const { definition, step } = context;
    const tool = infoOf(context);
    const variables = variablesText(definition, step.id);
    const inputs = argumentInputs(tool, argumentsOf(step));
    return [
      contextBlock(aboutTool(context, tool)),
      ...(inputs.length === 0 ? [section('This tool takes no arguments.')] : inputs),
      ...(variables === '' ? [] : [section(variables)]),
    ];
  },
  read: (context, state) => {
    const { definition, step } = context;
    const { args, errors } = readArguments(infoOf(context), argumentsOf(step), definition, state);
    const template = Object.keys(args).length === 0 ? undefined : { arguments: args };
    return { step: withField(step, 'inputsTemplate', template), errors };
  },
};

function aboutTool(context: PartContext, tool: ToolInfo | undefined): string {
  const { server, tool: name } = toolOf(context.step);
  const does =
    tool === undefined ? 'Its server does not say now which arguments it takes.' : inline(toolSentence(tool));
  return `\`${inline(name)}\` of \`${inline(server)}\`: ${does} Each may be a text, or a template such as \`{{inputs.name}}\`.`;
}

function infoOf(context: PartContext): ToolInfo | undefined {
  const { server, tool } = toolOf(context.step);
  return findTool(resourcesOf(context), server, tool);
}

function argumentsOf(step: Step): JsonObject {
  return step.type === 'TOOL' ? ((step.inputsTemplate?.arguments ?? {}) as JsonObject) : {};
}
