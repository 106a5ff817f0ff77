const steps = [
  { unit: 'd', ms: 86_400_000 },
  { unit: 'h', ms: 3_600_000 },
  { unit: 'min', ms: 60_000 },
] as const;

/** How long ago something was, in its largest unit: `3 d`, `5 h`, `12 min`, `just now`. */
export function describeAge(since: Date, now: Date): string {
  const ageMs = now.getTime() - since.getTime();
  const fitting = steps.find(({ ms }) => ageMs >= ms);
  return fitting === undefined ? 'just now' : `${Math.floor(ageMs / fitting.ms)} ${fitting.unit}`;
}
