/** Keys as they are shown once: `user-<id>.<secret>`, `team-…`, `handler-…`; secrets of plugins: `whsec_…`. */
const secretPattern =
  /"(?:(?:user|team|handler)-[0-9a-f]{24}\.[A-Za-z0-9_-]{20,}|whsec_[A-Za-z0-9+/=_-]{16,})"/;

/** True for an answer that shows a secret, which must not be kept anywhere. */
export function holdsSecret(json: string): boolean {
  return secretPattern.test(json);
}
