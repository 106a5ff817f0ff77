import { describe, expect, it } from 'vitest';
import { createAdminKeyAuthenticator } from '../../../src/http/authentication.ts';

const orgId = 'a'.repeat(24);

describe('the admin key', () => {
  it('is owner of its org, and no person', async () => {
    const authenticate = createAdminKeyAuthenticator('secret', orgId);
    expect(await authenticate('secret')).toEqual({
      caller: { kind: 'key', keyId: 'admin', name: 'admin key' },
      access: { orgId, role: 'owner', teamIds: [], userId: null, handler: null },
      keyId: 'admin',
      orgId,
    });
  });

  it.each(['', 'Secret', 'secret ', 'secre', 'secrets', 'undefined', 'null'])(
    'is not "%s"',
    async (bearer) => {
      expect(await createAdminKeyAuthenticator('secret', orgId)(bearer)).toBeNull();
    },
  );

  it.each(['', 'null', 'undefined'])('when unset is not "%s" either', async (bearer) => {
    expect(await createAdminKeyAuthenticator(null, orgId)(bearer)).toBeNull();
  });
});
