#!/usr/bin/env node
import { createApiClient } from './api-client.ts';
import { connectionOf, runProgram } from './run-program.ts';
import { parseTriggerFlags, runTrigger, triggerUsage } from './run-trigger.ts';

await runProgram(async (args) => {
  const flags = parseTriggerFlags(args);
  const api = createApiClient(connectionOf(flags));
  return runTrigger(api, flags, {
    tell: (line) => void process.stderr.write(`${line}\n`),
    print: (line) => void process.stdout.write(`${line}\n`),
  });
}, triggerUsage);
