import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHideSecrets } from '../../src/cli/hide-secrets.ts';

const env = {
  OPENAI_API_KEY: 'sk-0123456789',
  MY_TOKEN: 'short',
  SSH_AUTH_SOCK: '/tmp/ssh-1/agent.7',
  PROVIDER: 'opaque-and-long-enough',
  LANG: 'en_US.UTF-8',
  EMPTY_KEY: '',
  UNSET_KEY: undefined,
};

test.each([
  ['Authorization: Bearer sk-0123456789', 'Authorization: Bearer [redacted]'],
  ['http://ada:pass@host:8000/v1 refused', 'http://[redacted]@host:8000/v1 refused'],
  [
    'https://h/v1?api-version=2024-02-01&api-key=abc#x',
    'https://h/v1?api-version=2024-02-01&api-key=[redacted]#x',
  ],
  ['GET /v1?key=abc&token=def', 'GET /v1?key=[redacted]&token=[redacted]'],
  ['socket /tmp/ssh-1/agent.7, short', 'socket /tmp/ssh-1/agent.7, short'],
  ['opaque-and-long-enough', 'opaque-and-long-enough'],
  ['ftp://ada:pa/ss@word@host/v1', 'ftp://[redacted]@host/v1'],
  ['mail ada@example.org, see http://host/x', 'mail ada@example.org, see http://host/x'],
])('%s', (text, expected) => {
  expect(createHideSecrets(env)(text)).toBe(expected);
});

test('the report of a bug hides whatever looks like a secret, and no setting', () => {
  const hide = createHideSecrets(env, { everyOpaque: true });
  expect(hide('opaque-and-long-enough en_US.UTF-8 /tmp/ssh-1/agent.7')).toBe(
    '[redacted] en_US.UTF-8 /tmp/ssh-1/agent.7',
  );
});

test('no value of a variable that is named like a secret gets through', () => {
  const value = fc
    .string({ minLength: 8, unit: 'grapheme-ascii' })
    .filter((text) => text.trim().length >= 8 && !text.trim().startsWith('/'));
  fc.assert(
    fc.property(value, fc.string(), fc.string(), (secret, before, after) => {
      const hidden = createHideSecrets({ X_SECRET: secret })(`${before}${secret}${after}`);
      fc.pre(!`${before}[redacted]${after}`.includes(secret.trim()));
      expect(hidden).not.toContain(secret.trim());
    }),
  );
});
