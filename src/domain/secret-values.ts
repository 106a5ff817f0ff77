import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';

/** What is shown in the place of a secret. */
export const masked = '••••••';

const secretWords =
  /pass ?(word|wd|phrase|code)|\bpwd\b|secret|token|credential|authorization|(api|access|private|signing|encryption) ?key|\bpin\b|\bcvv\b|\bcvc\b|\bssn\b/i;

/** True when a field of this name holds what is not for everybody's eyes: `api_key`, `userPassword`. */
export function isSecretName(name: string): boolean {
  const words = name.replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2').replace(/[_\s-]+/g, ' ');
  return secretWords.test(words);
}

/** The value with what stands under secret names masked, at any depth. */
export function hideSecrets(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(hideSecrets);
  return isJsonObject(value) ? hideSecretFields(value) : value;
}

export function hideSecretFields(values: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([name, item]) => [
      name,
      isSecretName(name) && !isCount(name, item) ? masked : hideSecrets(item),
    ]),
  );
}

/** `promptTokens: 300` counts them, and is none. */
function isCount(name: string, value: JsonValue): boolean {
  return typeof value === 'number' && /tokens$/i.test(name);
}

/** JSON text with its secrets masked; text that is no JSON stays as it is. */
export function hideSecretsInText(text: string): string {
  try {
    return JSON.stringify(hideSecrets(JSON.parse(text) as JsonValue));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return text;
  }
}
