import { expect, test } from 'vitest';
import { NeedlescopeError } from '../../src/core/errors.ts';
import { onlyModel } from '../../src/run/look-ahead.ts';

const baseUrl = 'http://ada:pass-word@127.0.0.1:8000/v1';

test.each([
  ['none', [], 'http://127.0.0.1:8000/v1 lists no models'],
  [
    'two',
    [
      { id: 'a', window: null },
      { id: 'b', window: 8_192 },
    ],
    'http://127.0.0.1:8000/v1 serves 2 models: a, b',
  ],
])('an endpoint with %s to choose from is named without its user and password', (_what, served, expected) => {
  try {
    onlyModel(served, baseUrl);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(NeedlescopeError);
    const { message, hint, code } = error as NeedlescopeError;
    expect(code).toBe('usage');
    expect(message).toContain(expected);
    expect(`${message} ${hint}`).not.toMatch(/ada|pass-word/);
  }
});

test('the only model there is needs no name', () => {
  expect(onlyModel([{ id: 'a', window: 8_192 }], baseUrl)).toEqual({ id: 'a', window: 8_192 });
});
