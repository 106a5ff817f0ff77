const units = [
  { unit: 'd', ms: 86_400_000 },
  { unit: 'h', ms: 3_600_000 },
  { unit: 'min', ms: 60_000 },
] as const;

/** A span of time in its largest unit: `3 d`, `5 h`, `12 min`; `moments` below a minute. */
export function describeSpan(ms: number): string {
  const fitting = units.find((unit) => ms >= unit.ms);
  return fitting === undefined ? 'moments' : `${Math.floor(ms / fitting.ms)} ${fitting.unit}`;
}
