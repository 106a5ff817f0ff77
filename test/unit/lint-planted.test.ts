import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describePath } from '../../src/domain/finding.ts';
import { noResources } from '../../src/domain/step-resources.ts';
import { parseDefinition } from '../../src/engine/workflows/definition-file.ts';
import { lintDefinition } from '../../src/engine/lint/lint-definition.ts';
import { definitionFromFile } from '../../src/engine/simulate/definition-from-file.ts';
import { sampleWorkflows } from '../../src/composition/sample-workflows.ts';
import { definition, human, userMessage } from '../support/builders.ts';

const folder = new URL('../support/lint/planted/', import.meta.url);
const provider = { name: 'default', models: [], defaultModel: 'm', maxParallel: 1 };
const resources = { ...noResources, providers: [provider] };

/** What the first lines of a file say that is to be found in it. */
function readPlanted(file: string): { text: string; finds: string; path: string } {
  const text = readFileSync(new URL(file, folder), 'utf8');
  const [, finds = ''] = /^# finds: (.+)$/m.exec(text) ?? [];
  const [, path = ''] = /^# path: (.+)$/m.exec(text) ?? [];
  return { text, finds, path };
}

describe('the check of a workflow with one fault', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

  it.each(files)('finds exactly the one in %s', (file) => {
    const { text, finds, path } = readPlanted(file);
    const findings = lintDefinition(definitionFromFile(parseDefinition(text, 'yaml')), resources);
    expect(findings.map(({ severity, rule, stepName }) => `${severity} ${rule} ${stepName}`)).toEqual([
      finds,
    ]);
    expect(findings.map((finding) => describePath(finding.path) || '-')).toEqual([path]);
  });

  it('has more than twenty of them', () => {
    expect(files.length).toBeGreaterThan(20);
  });
});

describe('the check of a sample workflow', () => {
  it.each(sampleWorkflows.map((sample) => [sample.name, sample] as const))(
    'finds nothing in %s',
    (_name, sample) => {
      expect(lintDefinition(definition(sample.steps, sample.inputsSchema), resources)).toEqual([]);
    },
  );
});

describe('what steps name', () => {
  const agentId = '0'.repeat(24);
  const steps = [
    { name: 'ask', type: 'AGENT', agentId, inputsTemplate: { task: 'Do it' } },
    { name: 'call', type: 'TOOL', toolServer: 'crm', tool: 'find' },
  ] as const;

  it('is undecided where it is not known what there is', () => {
    const found = lintDefinition(definition([...steps])).map(({ severity, rule }) => [severity, rule]);
    expect(found).toEqual([
      ['undecided', 'agent-missing'],
      ['undecided', 'tool-missing'],
    ]);
  });

  it('is an error where it is not there', () => {
    const found = lintDefinition(definition([...steps]), resources).map(({ severity, rule }) => [
      severity,
      rule,
    ]);
    expect(found).toEqual([
      ['error', 'agent-missing'],
      ['error', 'tool-missing'],
    ]);
  });

  it('is told with the arguments that the tool lacks', () => {
    const tool = {
      name: 'find',
      title: null,
      description: '',
      inputSchema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
      readOnly: null,
      destructive: null,
      idempotent: null,
    };
    const toolServers = [{ name: 'crm', tools: [tool], problem: null }];
    const found = lintDefinition(definition([steps[1]]), { ...resources, toolServers });
    expect(found.map(({ rule, part }) => [rule, part])).toEqual([
      ['tool-arguments', 'inputsTemplate/arguments/id'],
    ]);
  });
});

describe('what looks like a secret', () => {
  function severitiesOf(message: string): string[] {
    const step = userMessage('tell', { assignee: 'U0BO', inputsTemplate: { message } });
    return lintDefinition(definition([step])).map(({ severity }) => severity);
  }

  it.each(['Password: instructions follow', 'api_key: provided-separately', 'Token = yoursecrettoken'])(
    'is not a word after its name: %s',
    (message) => expect(severitiesOf(message)).toEqual([]),
  );

  it('is only a warning when nothing but its name tells', () => {
    expect(severitiesOf('Use password: hunter2hunter2')).toEqual(['warning']);
  });

  it.each([
    `eyJ${'a'.repeat(40)}.eyJ${'b'.repeat(900)}.${'c'.repeat(43)}`,
    'Open https://ana:s3cr3t@example.com/x',
    `key sk-proj-${'a1'.repeat(20)}`,
  ])('is an error in the form that its maker gave it', (message) => {
    expect(severitiesOf(message)).toEqual(['error']);
  });
});

describe('who can decide', () => {
  it('is enough when enough others are named', () => {
    const step = human('ok', {
      assignees: ['U0BO', 'U0CHI', '@finance'],
      policy: { excludeStarter: true },
      deadline: { after: '1d', then: 'rejected' },
    });
    expect(lintDefinition(definition([step]))).toEqual([]);
  });

  it('counts those whom the deadline adds', () => {
    const step = human('ok', {
      assignees: ['U0BO'],
      policy: { excludeStarter: true },
      deadline: { after: '1d', then: 'escalate', escalateTo: ['U0LEAD'] },
    });
    expect(lintDefinition(definition([step]))).toEqual([]);
  });
});
