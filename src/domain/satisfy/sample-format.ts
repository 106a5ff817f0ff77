const samples: Readonly<Record<string, readonly string[]>> = {
  date: ['2026-01-31'],
  time: ['09:30:00Z'],
  'date-time': ['2026-01-31T09:30:00Z'],
  'iso-time': ['09:30:00Z'],
  'iso-date-time': ['2026-01-31T09:30:00Z'],
  duration: ['P1D'],
  uri: ['https://example.com/'],
  url: ['https://example.com/'],
  'uri-reference': ['/a', 'https://example.com/'],
  'uri-template': ['/{a}'],
  email: ['ana@example.com'],
  hostname: ['example.com'],
  ipv4: ['192.0.2.1'],
  ipv6: ['2001:db8::1'],
  regex: ['a'],
  uuid: ['123e4567-e89b-12d3-a456-426614174000'],
  'json-pointer': ['/a', ''],
  'json-pointer-uri-fragment': ['#/a'],
  'relative-json-pointer': ['0'],
  byte: ['YQ=='],
};

/** Texts in a format; none for a format of which nobody has written any down here. */
export function sampleFormat(name: string): readonly string[] {
  return Object.hasOwn(samples, name) ? (samples[name] ?? []) : [];
}
