import { canonicalRecipient } from '../../domain/recipient.ts';
import { renderTemplate } from '../../domain/template.ts';
import type { Draft } from '../draft.ts';

/**
 * The recipients that templates give, each once. One template may give several, separated by commas.
 *
 * @throws TemplateValueMissing
 */
export function renderRecipients(draft: Draft, templates: readonly string[]): string[] {
  const { context } = draft.execution;
  const recipients = templates
    .flatMap((template) => renderTemplate(template, context, draft.definition.inputsSchema).split(','))
    .map(canonicalRecipient)
    .filter((text) => text !== '');
  return [...new Set(recipients)];
}
