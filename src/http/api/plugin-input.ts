import { z } from 'zod';
import { outboundEventTypes } from '../../domain/outbound-event-type.ts';
import { pluginScopes, pluginType } from '../../domain/plugin.ts';

const maxNameLength = 100;
const maxDescriptionLength = 3_000;
const maxTags = 20;
const maxTagLength = 50;

const name = z
  .string()
  .trim()
  .min(1, `must have 1 to ${maxNameLength} characters`)
  .max(maxNameLength, `must have 1 to ${maxNameLength} characters`);
const description = z
  .string()
  .max(maxDescriptionLength, `must be at most ${maxDescriptionLength} characters`);
const tags = z
  .array(
    z.string().min(1, 'must not be empty').max(maxTagLength, `must be at most ${maxTagLength} characters`),
  )
  .max(maxTags, `must be at most ${maxTags}`)
  .transform(unique);

/** Types of events. */
export const EventTypes = z
  .array(z.enum(outboundEventTypes, { error: `must be one of ${outboundEventTypes.join(', ')}` }))
  .min(1, 'must name one event at least')
  .max(100, 'has too many')
  .transform(unique);

/** What a handler's token may do. */
export const Scopes = z
  .array(z.enum(pluginScopes, { error: `must be one of ${pluginScopes.join(', ')}` }))
  .max(100, 'has too many')
  .transform(unique);

/** `POST /api/orgs/:orgId/plugins` */
export const CreatePluginBody = z.strictObject({
  name,
  description: description.default(''),
  type: z.literal(pluginType, { error: `must be ${pluginType}` }).default(pluginType),
  webhookUrl: z.string(),
  events: EventTypes,
  scopes: Scopes.default([]),
  tags: tags.default([]),
  isPublic: z.boolean().default(false),
});

/** `PATCH /api/plugins/:pluginId`; what is left out stays. */
export const ChangePluginBody = z.strictObject({
  name: name.optional(),
  description: description.optional(),
  webhookUrl: z.string().optional(),
  events: EventTypes.optional(),
  scopes: Scopes.optional(),
  tags: tags.optional(),
  isPublic: z.boolean().optional(),
});

const overlapError = 'must be a whole number of hours from 0 to 168';

/** `POST /api/plugins/:pluginId/rotate-secret` */
export const RotateSecretBody = z.strictObject({
  overlapHours: z
    .number({ error: overlapError })
    .int(overlapError)
    .min(0, overlapError)
    .max(168, overlapError)
    .default(24),
});

/** For calls that need nothing said. */
export const EmptyBody = z.strictObject({});

function unique<Item>(items: Item[]): Item[] {
  return [...new Set(items)];
}
