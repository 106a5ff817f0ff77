import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { IdSource } from '../domain/ids.ts';
import type { Plugin } from '../domain/plugin.ts';
import { AppError } from '../errors.ts';
import type { SecretBox } from '../secret-box.ts';
import type { Exchange, PostWebhook } from './post-webhook.ts';
import { signatureHeaders } from './signing.ts';

interface VerifyDeps {
  box: SecretBox;
  post: PostWebhook;
  clock: Clock;
  newId: IdSource;
}

/**
 * Sends `{ type: "WEBHOOK_VERIFICATION", challenge }`, signed, to the plugin's receiver.
 *
 * @throws AppError (422) unless it answers 200 with `{ challenge }`, saying what it did instead
 */
export async function challengeReceiver(deps: VerifyDeps, plugin: Plugin): Promise<void> {
  const { box, post, clock, newId } = deps;
  const challenge = randomBytes(24).toString('base64url');
  const body = JSON.stringify({ type: 'WEBHOOK_VERIFICATION', challenge });
  const headers = signatureHeaders(box, plugin, { id: newId(), at: clock.now(), body });
  const wrong = whatIsWrong(await post(plugin.webhookUrl, headers, body), challenge);
  if (wrong === null) return;
  throw new AppError(
    'webhook-not-verified',
    422,
    `The receiver did not prove that it is yours. ${wrong} It must answer the POST with status 200 and the JSON { "challenge": … } with the challenge that it was sent.`,
  );
}

function whatIsWrong({ status, error, body }: Exchange, challenge: string): string | null {
  if (error !== null) return error;
  if (status !== 200) return `It answered with status ${status}.`;
  const answered = challengeIn(body);
  if (answered === challenge) return null;
  return answered === undefined ? 'Its answer has no challenge.' : 'Its answer has another challenge.';
}

function challengeIn(body: string): unknown {
  try {
    const answer: unknown = JSON.parse(body);
    return typeof answer === 'object' && answer !== null && 'challenge' in answer
      ? answer.challenge
      : undefined;
  } catch {
    return undefined;
  }
}
