#!/usr/bin/env node
import { createApiClient } from './api-client.ts';
import { connectionOf, runProgram } from './run-program.ts';
import { parseTriggerFlags, runTrigger, triggerUsage } from './run-trigger.ts';

await runProgram(async (args) => {
  const flags = parseTriggerFlags(args);
  const tell = (line: string): void => void process.stderr.write(`${line}\n`);
  const api = createApiClient({ ...connectionOf(flags), tell });
  return runTrigger(api, flags, {
    tell,
    print: (line) => void process.stdout.write(`${line}\n`),
  });
}, triggerUsage);
