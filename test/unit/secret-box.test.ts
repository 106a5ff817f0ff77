import { describe, expect, it } from 'vitest';
import { createSecretBox } from '../../src/secret-box.ts';

const oldKey = Buffer.alloc(32, 1).toString('base64');
const newKey = Buffer.alloc(32, 2).toString('base64');

describe('the secret box', () => {
  it('opens what it has sealed, which shows nothing of it and is never the same twice', () => {
    const box = createSecretBox([oldKey]);
    const sealed = box.seal('whsec_1', 'plugin:1');

    expect(box.open(sealed, 'plugin:1')).toBe('whsec_1');
    expect(sealed).not.toContain('whsec');
    expect(box.seal('whsec_1', 'plugin:1')).not.toBe(sealed);
  });

  it('opens after a rotation what the old key sealed, and seals with the new one', () => {
    const sealed = createSecretBox([oldKey]).seal('secret', 'x');
    const rotated = createSecretBox([newKey, oldKey]);

    expect(rotated.open(sealed, 'x')).toBe('secret');
    expect(createSecretBox([newKey]).open(rotated.seal('secret', 'x'), 'x')).toBe('secret');
  });

  it('says which variable is wrong when the key is gone', () => {
    const sealed = createSecretBox([oldKey]).seal('secret', 'x');

    expect(() => createSecretBox([newKey]).open(sealed, 'x')).toThrow(/ENCRYPTION_KEYS/);
  });

  it('opens nothing that was changed, or that belongs to something else', () => {
    const box = createSecretBox([oldKey]);
    const sealed = box.seal('secret', 'plugin:1');
    const [version, keyId, nonce, text = ''] = sealed.split('.');
    const changed = [version, keyId, nonce, `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`].join('.');

    expect(() => box.open(changed, 'plugin:1')).toThrow(/was changed/);
    expect(() => box.open(sealed, 'plugin:2')).toThrow(/was changed/);
    expect(() => box.open('nonsense', 'plugin:1')).toThrow(/cannot be read/);
    expect(() => box.open([version, keyId, nonce, 'AA'].join('.'), 'plugin:1')).toThrow(/cannot be read/);
  });

  it('without a key seals nothing, and says how to make one', () => {
    const box = createSecretBox([]);

    expect(box.canSeal).toBe(false);
    expect(() => box.seal('secret', 'x')).toThrow(/ENCRYPTION_KEYS.*openssl rand -base64 32/);
  });
});
