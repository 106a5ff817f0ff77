import type { ModalView } from '@slack/types';
import { describe, expect, it } from 'vitest';
import type { StepPart } from '../../../blocks/authoring/authoring-ids.ts';
import { conditionForm } from '../../../blocks/authoring/condition-form.ts';
import { deleteStepForm } from '../../../blocks/authoring/delete-step-form.ts';
import { readDuration } from '../../../blocks/authoring/duration-words.ts';
import { fieldForm, readFieldForm } from '../../../blocks/authoring/field-form.ts';
import { putField, readField, removeField } from '../../../blocks/authoring/field-schema.ts';
import { fieldsForm } from '../../../blocks/authoring/fields-form.ts';
import { importForm, importPreview } from '../../../blocks/authoring/import-form.ts';
import { exportMessages } from '../../../blocks/authoring/export-words.ts';
import { partForms } from '../../../blocks/authoring/parts.ts';
import { schemaForm } from '../../../blocks/authoring/schema-form.ts';
import { parseSchemaText } from '../../../blocks/authoring/schema-text.ts';
import { settingsForm } from '../../../blocks/authoring/settings-form.ts';
import { stepForm } from '../../../blocks/authoring/step-form.ts';
import { stepPartForm } from '../../../blocks/authoring/step-part-form.ts';
import type { FormState } from '../../../blocks/form-reader.ts';
import { type Definition, type Step, StepInput } from '../../../src/domain/definition.ts';
import { noResources, type StepResources } from '../../../src/domain/step-resources.ts';
import type { ToolInfo } from '../../../src/domain/tool-server.ts';
import { section } from '../../../blocks/elements.ts';
import type { JsonSchema } from '../../../src/domain/json-schema.ts';
import { definition, human, userMessage, wait } from '../../support/builders.ts';
import {
  expectNothingHostile,
  expectSlackAccepts,
  expectSlackAcceptsView,
  hostileText,
  shownText,
} from './slack-accepts.ts';

const workflow = { name: hostileText };

/** Steps and fields as large, as many and as hostile as they may be. */
function largest(): Definition {
  const choices = Array.from({ length: 100 }, (_, index) => `${index} ${hostileText}`);
  const field = { type: 'string', enum: choices, title: hostileText, description: hostileText.repeat(10) };
  const schema: JsonSchema = {
    type: 'object',
    properties: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`field_${index}`, field])),
  };
  const long = hostileText.repeat(20).slice(0, 3_000);
  const steps = Array.from({ length: 50 }, (_, index) =>
    human(`step_${index}`, {
      description: `${hostileText}\n${long.slice(0, 1_500)}`,
      inputsTemplate: { message: long },
      assignees: Array.from({ length: 50 }, (__, other) => `U0PERSON${other}`),
      outcomes: ['a', 'b', 'c', 'd', 'e'].map((name) => ({
        name,
        label: `${name}${hostileText}`.slice(0, 75),
      })),
      outputSchema: schema as Record<string, never>,
      handoffs: Array.from({ length: 45 }, (__, other) => ({
        condition: `${other} ${hostileText}`.slice(0, 75).trim(),
        when: { properties: { [hostileText.slice(0, 40)]: { minLength: other } } },
        to: `step_${other}`,
      })),
      reminder: { every: '1d', max: 50 },
      deadline: {
        after: '2d',
        then: 'escalate',
        escalateTo: Array.from({ length: 20 }, (__, other) => `@lead${other}`),
      },
    }),
  );
  return definition(steps, schema);
}

/** Steps of models and tools, as hostile as they may be. */
function largestRuns(): Step[] {
  const common = {
    id: 'run',
    name: 'run',
    description: hostileText,
    retry: { maxAttempts: 7, initialDelayMs: 1_234 },
    timeoutMs: 90_000,
  };
  return [
    {
      ...common,
      type: 'PROMPT',
      inputsTemplate: { prompt: hostileText },
      provider: 'gone',
      model: hostileText.slice(0, 200),
      temperature: 0.5,
      maxTokens: 9,
      handoffs: [{ condition: hostileText.slice(0, 75).trim(), to: 'complete' }],
    },
    {
      ...common,
      type: 'AGENT',
      agentId: 'a'.repeat(24),
      inputsTemplate: { task: hostileText },
      approvers: ['@lead'],
    },
    {
      ...common,
      type: 'TOOL',
      toolServer: 'server',
      tool: 'tool',
      inputsTemplate: { arguments: { text: hostileText.trim(), count: 3, deep: { list: ['a', 'b'] } } },
    },
  ];
}

function largestResources(): StepResources {
  const inputSchema: JsonSchema = {
    type: 'object',
    properties: {
      text: { type: 'string', title: hostileText, description: hostileText.repeat(20) },
      count: { type: 'integer', enum: [1, 2, 3] },
      deep: { type: 'object', properties: { list: { type: 'array', items: { type: 'string' } } } },
    },
    required: ['text', 'count'],
  };
  const tools = Array.from(
    { length: 150 },
    (_, index): ToolInfo => ({
      name: index === 0 ? 'tool' : `${index}${hostileText}`.slice(0, 200),
      title: hostileText,
      description: hostileText.repeat(10),
      inputSchema,
      readOnly: false,
      destructive: true,
      idempotent: null,
    }),
  );
  return {
    providers: Array.from({ length: 30 }, (_, index) => ({
      name: `provider-${index}`,
      models: index === 0 ? [] : [hostileText.slice(0, 200), 'large', 'small', 'x'.repeat(200)],
      defaultModel: hostileText.slice(0, 200),
    })),
    agents: Array.from({ length: 120 }, (_, index) => ({
      id: index.toString(16).padStart(24, '0'),
      name: hostileText.slice(0, 80),
    })),
    toolServers: [
      { name: 'server', tools, problem: null },
      { name: 'silent', tools: null, problem: hostileText },
    ],
  };
}

const simple = definition([human('first'), userMessage('second'), wait('third', { for: '2d' })]);

function stepOf(of: Definition, index: number): Step {
  const step = of.steps[index];
  if (step === undefined) throw new Error(`there is no step ${index}`);
  return step;
}

/** What a form comes back with when nothing was touched. */
function untouched(view: ModalView): FormState {
  const state: FormState = {};
  for (const block of view.blocks) {
    if (!('element' in block) || block.block_id === undefined) continue;
    const element = block.element as unknown as Record<string, never>;
    state[block.block_id] = {
      value: {
        value: element['initial_value'],
        selected_option: element['initial_option'],
        selected_users: element['initial_users'],
      },
    };
  }
  return state;
}

const parts = Object.keys(partForms) as Exclude<StepPart, 'answer'>[];

describe('the forms of a step', () => {
  it.each(parts)('fits into Slack whatever the step says: %s', async (part) => {
    const of = largest();
    for (const hasPickers of [true, false]) {
      const view = stepPartForm(part, { workflow, definition: of, step: stepOf(of, 49), hasPickers }, '');
      await expectSlackAcceptsView(view);
      expectNothingHostile(view);
    }
  });

  it.each(parts)('changes nothing when nothing was touched: %s', (part) => {
    for (const step of [...simple.steps, ...largest().steps.slice(3, 4)]) {
      const of = simple.steps.includes(step) ? simple : largest();
      const context = { workflow, definition: of, step, hasPickers: true };
      if (!partForms[part].appliesTo(step)) continue;
      const state = untouched(stepPartForm(part, context, ''));
      const read = partForms[part].read(context, state);
      expect(read.errors).toEqual({});
      if (part !== 'routes') expect(read.step).toEqual(step);
      expect(read.step.handoffs ?? []).toEqual(
        expect.arrayContaining((step.handoffs ?? []).map((handoff) => expect.objectContaining(handoff))),
      );
      expect(StepInput.safeParse(read.step).success).toBe(true);
    }
  });

  it.each(parts)(
    'of models and tools fit into Slack whatever is offered, and change nothing untouched: %s',
    async (part) => {
      for (const run of largestRuns()) {
        if (!partForms[part].appliesTo(run)) continue;
        const of = definition([run]);
        const step = stepOf(of, 0);
        for (const resources of [largestResources(), noResources]) {
          const context = { workflow, definition: of, step, hasPickers: true, resources };
          const view = stepPartForm(part, context, '');
          await expectSlackAcceptsView(view);
          expectNothingHostile(view);
          expectNothingHostile(section(partForms[part].summary(context)));
          if (part === 'routes' || part === 'agent') continue;
          const read = partForms[part].read(context, untouched(view));
          expect(read).toMatchObject({ step, errors: {} });
        }
      }
    },
  );

  it('lists everything about a step, and what can be done with it', async () => {
    const of = largest();
    const view = stepForm({ workflow, definition: of, step: stepOf(of, 20), hasPickers: true, metadata: '' });
    await expectSlackAcceptsView(view);
    expectNothingHostile(view);
    const first = stepForm({
      workflow,
      definition: simple,
      step: stepOf(simple, 0),
      hasPickers: true,
      metadata: '',
    });
    expect(shownText(first)).toContain('Move down');
    expect(shownText(first)).not.toContain('Move up');
  });

  it('lists the variables of the steps that come before, and no others', () => {
    const of = definition([human('one'), userMessage('two'), human('three')], {
      type: 'object',
      properties: { amount: { type: 'number' } },
    });
    const text = shownText(
      stepPartForm('text', { workflow, definition: of, step: stepOf(of, 1), hasPickers: true }, ''),
    );
    expect(text).toContain('{{inputs.amount}}');
    expect(text).toContain('{{steps.one.comment}}');
    expect(text).not.toContain('{{steps.three');
  });

  it('fits conditions, deletions and settings into Slack', async () => {
    const of = largest();
    const step = stepOf(of, 10);
    for (const index of [null, 0, 44]) {
      const view = conditionForm({ workflow, definition: of, step, index, metadata: '' });
      await expectSlackAcceptsView(view);
      expectNothingHostile(view);
    }
    const deletion = deleteStepForm({ workflow, definition: of, step, metadata: '' });
    await expectSlackAcceptsView(deletion);
    expectNothingHostile(deletion);
    const teams = Array.from({ length: 200 }, (_, index) => ({ id: `t${index}`, name: hostileText }));
    for (const hasPickers of [true, false]) {
      const settings = settingsForm({
        workflow: {
          name: 'n'.repeat(100),
          description: hostileText.repeat(30),
          teamId: 't150',
          status: 'PAUSED',
        },
        teams,
        hasPickers,
        metadata: '',
      });
      await expectSlackAcceptsView(settings);
    }
  });
});

describe('the forms of fields', () => {
  it('fit into Slack with a hundred fields of a hundred choices', async () => {
    const schema = largest().inputsSchema;
    const about = 'about';
    const list = fieldsForm({ about, title: 'Inputs', root: 'inputs', schema, metadata: '' });
    await expectSlackAcceptsView(list);
    expectNothingHostile(list);
    await expectSlackAcceptsView(
      fieldForm({ about, schema, key: 'field_50', startsWith: 'x', metadata: '' }),
    );
    await expectSlackAcceptsView(fieldForm({ about, schema, key: null, startsWith: null, metadata: '' }));
    await expectSlackAcceptsView(schemaForm({ about, title: 'Inputs', schema, metadata: '' }));
  });

  it('take a format that they do not know for what it is, whatever its name', () => {
    const properties = {
      odd: { type: 'string', format: 'toString' },
      day: { type: 'string', format: 'date' },
    };
    const schema = { type: 'object', properties };
    expect(readField(schema, 'odd')?.kind).toBe('json');
    expect(readField(schema, 'day')?.kind).toBe('date');
  });

  it('keep what a form does not ask about', () => {
    const schema = {
      type: 'object',
      additionalProperties: false,
      properties: { name: { type: 'string', minLength: 2, pattern: '^A' }, kind: { enum: [1, 2] } },
      required: ['kind'],
    };
    const name = readField(schema, 'name');
    const kind = readField(schema, 'kind');
    if (name === null || kind === null) throw new Error('two fields');
    const changed = putField(schema, { ...name, required: true, description: 'Who' }, 'name', 1);
    expect(changed).toEqual({
      type: 'object',
      additionalProperties: false,
      properties: {
        kind: { enum: [1, 2] },
        name: { description: 'Who', type: 'string', minLength: 2, pattern: '^A' },
      },
      required: ['kind', 'name'],
    });
    expect(Object.keys((changed['properties'] ?? {}) as object)).toEqual(['kind', 'name']);
    expect(putField(schema, kind, 'kind', 1)).toEqual(schema);
    expect(removeField(schema, 'kind')).toEqual({
      type: 'object',
      additionalProperties: false,
      properties: { name: { type: 'string', minLength: 2, pattern: '^A' } },
    });
  });

  it('keep what is too long for them, and say so', () => {
    const key = 'k'.repeat(64);
    const text = { type: 'string', title: 't'.repeat(101), description: 'd'.repeat(1_001) };
    const schema = { type: 'object', properties: { [key]: text } };
    const given = { schema, key, startsWith: 's'.repeat(3_001) };
    const view = fieldForm({ ...given, about: 'about', metadata: '' });
    expect(shownText(view).split('leave this empty to keep it')).toHaveLength(5);
    const read = readFieldForm(given, untouched(view));
    expect(read).toEqual({ ...given, errors: {} });
  });

  it('keep choices that are too many to be shown', () => {
    const choices = Array.from({ length: 80 }, (_, place) => `${place} ${'c'.repeat(60)}`);
    const schema = { type: 'object', properties: { kind: { type: 'string', enum: choices } } };
    const given = { schema, key: 'kind', startsWith: '' };
    const view = fieldForm({ ...given, about: 'about', metadata: '' });
    expect(shownText(view)).toContain('leave this empty to keep it');
    expect(readFieldForm(given, untouched(view))).toEqual({ ...given, errors: {} });
  });

  it.each([
    ['{ "type": "object", }', /valid JSON/],
    ['[]', /JSON object/],
    ['{ "type": "objekt" }', /type/],
    ['{ "properties": { "a": { "$ref": "https://x" } } }', /properties\/a\/\$ref/],
  ])('say where a schema is wrong: %s', (text, problem) => {
    expect(parseSchemaText(text).problem).toMatch(problem);
  });

  it('take quotes of phones', () => {
    expect(parseSchemaText('{ “type”: “object” }').schema).toEqual({ type: 'object' });
  });
});

describe('files of workflows', () => {
  it('fit into Slack, however much would change', async () => {
    await expectSlackAcceptsView(importForm({ hasFiles: true, about: 'x', metadata: '' }));
    const preview = importPreview({
      about: 'x',
      changes: Array.from({ length: 500 }, () => hostileText.repeat(5)),
      source: { fileId: '', text: 'y'.repeat(3_000) },
      metadata: '',
    });
    await expectSlackAcceptsView(preview);
    expectNothingHostile(preview);
  });

  it('come as messages that hold all of the text', async () => {
    const text = Array.from({ length: 900 }, (_, index) => `line ${index}: ${'&'.repeat(index % 60)}`).join(
      '\n',
    );
    const messages = exportMessages({ name: hostileText, revision: 3 }, text, 'why');
    for (const message of messages) await expectSlackAccepts(message);
    const shown = shownText(messages.map(({ blocks }) => blocks)).replaceAll('&amp;', '&');
    for (const line of text.split('\n')) expect(shown).toContain(line);
  });
});

describe('readDuration', () => {
  it.each([
    ['2d', '2d'],
    ['2 days', '2d'],
    ['1 Week', '1w'],
    ['30 min', '30m'],
    ['4 hours.', '4h'],
    ['0d', null],
    ['tomorrow', null],
    ['2 fortnights', null],
    ['', null],
  ])('reads %j as %j', (text, duration) => {
    expect(readDuration(text)).toBe(duration);
  });
});
