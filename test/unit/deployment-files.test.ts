import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config.ts';

const ROOT = resolve(import.meta.dirname, '../..');

interface Compose {
  services: {
    bot: {
      environment: Record<string, string>;
      ports: string[];
      stop_grace_period: string;
      depends_on: { mongo: { condition: string } };
    };
    mongo: { image: string; command: string[]; healthcheck: { test: string[] }; volumes: string[] };
  };
  volumes: Record<string, unknown>;
}

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The instructions of the Dockerfile in order; a backslash at the end of a line joins it with the next. */
function readDockerfile(): Instruction[] {
  return read('Dockerfile')
    .replace(/^#.*$/gm, '')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ name: line.split(/\s/)[0] ?? '', rest: line.replace(/^\S+\s+/, '') }));
}

/** What compose makes of `${NAME:-default}`. */
function interpolate(value: string, dotEnv: Readonly<Record<string, string>>): string {
  return value.replace(/\$\{(\w+):-([^}]*)\}/g, (_, name: string, text: string) => dotEnv[name] || text);
}

function botEnvironment(dotEnv: Readonly<Record<string, string>>): Record<string, string> {
  const names = Object.entries(compose.services.bot.environment);
  return Object.fromEntries(names.map(([name, value]) => [name, interpolate(value, dotEnv)]));
}

const compose: Compose = parse(read('compose.yml'));
const dockerfile = readDockerfile();
const packageJson = JSON.parse(read('package.json'));
const lastStage = dockerfile.slice(dockerfile.findLastIndex(({ name }) => name === 'FROM'));

function lastOf(name: string): string {
  return lastStage.findLast((instruction) => instruction.name === name)?.rest ?? '';
}

describe('the Dockerfile', () => {
  it('starts what npm start starts, where the compiler puts it', () => {
    const command: string[] = JSON.parse(lastOf('CMD'));
    const { outDir } = JSON.parse(read('tsconfig.json')).compilerOptions;
    expect(command.at(-1)).toBe(`${outDir}/src/main.js`);
    expect(packageJson.scripts.start).toMatch(new RegExp(`&& ${command.join(' ')}$`));
    expect(lastStage).toContainEqual({ name: 'COPY', rest: `--from=build /app/${outDir} ${outDir}` });
  });

  it('runs on a Node that the package allows, the same in every stage and in .nvmrc', () => {
    const majors = dockerfile
      .filter(({ name }) => name === 'FROM')
      .map(({ rest }) => Number(/^node:(\d+)/.exec(rest)?.[1]));
    const floor = Number(/^>=(\d+)/.exec(packageJson.engines.node)?.[1]);
    expect(majors.length).toBe(2);
    expect(new Set([...majors, Number(read('.nvmrc'))])).toEqual(new Set([floor]));
  });

  it('copies what the build compiles and no tests, and .dockerignore lets all of it through', () => {
    const sources = dockerfile
      .filter(({ name, rest }) => name === 'COPY' && !rest.startsWith('--from'))
      .flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1));
    const letThrough = read('.dockerignore').match(/(?<=^!).+$/gm) ?? [];
    expect(new Set(letThrough)).toEqual(new Set(sources));
    expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
    const compiled: string[] = JSON.parse(read('tsconfig.build.json')).include;
    expect(sources).toEqual(expect.arrayContaining(compiled));
    expect(compiled).not.toContainEqual(expect.stringContaining('test'));
  });

  it('carries no development and no optional packages, and runs in production as nobody special', () => {
    expect(lastOf('RUN')).toContain('npm ci --omit=dev --omit=optional');
    expect(lastOf('USER')).toBe('node');
    expect(lastOf('ENV').split(' ')).toEqual(
      expect.arrayContaining(['NODE_ENV=production', 'HOST=0.0.0.0', 'PORT=3000']),
    );
  });

  it('is asked whether it is up, and told to stop by SIGTERM', () => {
    expect(lastOf('HEALTHCHECK')).toContain('/healthz');
    expect(lastOf('STOPSIGNAL')).toBe('SIGTERM');
  });
});

describe('compose.yml', () => {
  const dotEnv = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'secret' };

  it('sets only variables that the configuration knows', () => {
    const known: string[] = read('src/environment.ts').match(/(?<=^ {2})[A-Z][A-Z_]+(?=:)/gm) ?? [];
    expect(known).toContain('MONGODB_URI');
    expect(Object.keys(compose.services.bot.environment).filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each([
    ['HTTP mode', dotEnv, 'http'],
    ['Socket Mode', { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' }, 'socket'],
  ])('gives the bot a production configuration for %s', (_, given, kind) => {
    const config = loadConfig(botEnvironment(given));
    expect(config).toMatchObject({
      mode: 'production',
      http: { host: '0.0.0.0' },
      database: { kind: 'uri' },
      slack: { kind },
    });
  });

  it('gives the bot a production configuration for many workspaces', () => {
    const config = loadConfig(
      botEnvironment({
        SLACK_CLIENT_ID: '1.2',
        SLACK_CLIENT_SECRET: 'secret',
        SLACK_STATE_SECRET: 'state'.repeat(10),
        SLACK_SIGNING_SECRET: 'secret',
        PUBLIC_URL: 'https://baton.example.com',
        ENCRYPTION_KEYS: Buffer.alloc(32, 1).toString('base64'),
      }),
    );
    expect(config).toMatchObject({ mode: 'production', slack: { kind: 'many', inbound: { kind: 'http' } } });
  });

  it('lets the bot say what to set when everything is missing', () => {
    expect(() => loadConfig(botEnvironment({}))).toThrow(/SLACK_BOT_TOKEN/);
  });

  it('publishes the port at which the bot listens by default', () => {
    const { port } = loadConfig(botEnvironment(dotEnv)).http;
    expect(port).toBe(loadConfig({}).http.port);
    expect(compose.services.bot.ports).toEqual([`${port}:${port}`]);
    expect(lastOf('EXPOSE')).toBe(String(port));
  });

  it('starts the bot once MongoDB is a replica set of the name that the bot asks for', () => {
    const { bot, mongo } = compose.services;
    const uri = new URL(bot.environment.MONGODB_URI ?? '');
    const name = uri.searchParams.get('replicaSet');
    expect(bot.depends_on.mongo.condition).toBe('service_healthy');
    expect(mongo.command.join(' ')).toContain(`--replSet ${name} `);
    expect(mongo.healthcheck.test.at(-1)).toContain(`rs.initiate({ _id: '${name}'`);
    expect(mongo.healthcheck.test.at(-1)).toContain(`host: '${uri.host}'`);
    expect(Object.keys(compose.volumes)).toContain(mongo.volumes[0]?.split(':')[0]);
  });

  it('gives the bot longer to stop than the 10 seconds that it takes at most', () => {
    expect(Number.parseInt(compose.services.bot.stop_grace_period, 10)).toBeGreaterThan(10);
  });
});
