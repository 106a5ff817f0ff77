import type { Step } from '../../../domain/definition.ts';
import type { JsonValue } from '../../../domain/json.ts';
import { type LintContext, type Rule } from '../lint-context.ts';
import { textsIn } from '../templates-of.ts';

/**
 * Secrets by the form that their makers give them. No repetition that something has to follow is without a bound, so
 * that a long text of near misses takes no longer than another.
 */
const forms: readonly (readonly [string, RegExp])[] = [
  ['a Slack token', /\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bxapp-\d-[A-Za-z0-9-]{10,}/],
  ['a key of Baton', /\b(?:user|team|handler)-[0-9a-f]{24}\.[A-Za-z0-9_-]{20,}/],
  ['a webhook secret', /\bwhsec_[A-Za-z0-9+/=_-]{16,}/],
  ['an API key', /\bsk-[A-Za-z0-9_-]{20}/],
  ['a GitHub token', /\bgh[opsur]_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{30,}/],
  ['a GitLab token', /\bglpat-[A-Za-z0-9_-]{16,}/],
  ['a Stripe key', /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/],
  ['an AWS key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['a Google key', /\bAIza[A-Za-z0-9_-]{35}/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a JSON Web Token', /\beyJ[A-Za-z0-9_-]{8,500}\.eyJ[A-Za-z0-9_-]{8}/],
  ['a password in an address', /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@{}]{1,200}:[^\s/@{}]{3,200}@/],
  ['a bearer token', /\b[Bb]earer\s+[A-Za-z0-9._~+/-]{20}/],
];
/** By its name only, so it may be meant. What has no digit, or no letter, is words about a password. */
const named =
  /\b(?:password|passwd|api[_-]?key|secret|token)["']?\s{0,20}[:=]\s{0,20}["']?(?=[^\s"'{}<>]{0,200}\d)(?=[^\s"'{}<>]{0,200}[a-z])[^\s"'{}<>]{8}/i;

/** No secret stands in a template: whoever may see the workflow could read it, and its tasks show it. */
export const secretInTemplate: Rule = ({ graph, reached }: LintContext) =>
  graph.definition.steps.flatMap((step: Step) => {
    const { id: _id, ...fields } = step;
    const told = new Set<string>();
    return textsIn(fields as unknown as JsonValue, '').flatMap(([at, text]) => {
      const part = at.replace(/^\//, '');
      const form = forms.find(([, one]) => one.test(text));
      const kind = form?.[0] ?? (named.test(text) ? 'a password' : undefined);
      if (kind === undefined || told.has(part)) return [];
      told.add(part);
      return [
        {
          rule: 'secret-in-template',
          severity: form === undefined ? 'warning' : 'error',
          stepName: step.name,
          part,
          path: reached.has(step.name) ? [{ stepName: step.name, taken: null }] : [],
          message: `"${step.name}" has what looks like ${kind} in ${part}: everybody who sees the workflow or its tasks can read it.`,
          fix: 'Take it out, and replace it where it came from. Secrets belong into the settings of a tool server or provider.',
        } as const,
      ];
    });
  });
