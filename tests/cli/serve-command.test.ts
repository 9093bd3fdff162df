import { expect, test } from 'vitest';
import { serveCommand } from '../../src/cli/serve-command.ts';
import { createEndpointClient } from '../../src/client/openai-client.ts';
import { fakeTerminal } from './fake-terminal.ts';

test('serve answers to the id of a preset in the dress of a server, and still says what it is', async () => {
  let interrupt = (): void => {};
  let print = (_: string): void => {};
  const printed = new Promise<string>((resolve) => {
    print = resolve;
  });
  const { context } = fakeTerminal();
  const action = serveCommand({
    ...context,
    stdout: { ...context.stdout, write: (text) => print(text.trim()) },
    onInterrupt: (handler) => {
      interrupt = handler;
      return () => {};
    },
  });
  const id = 'zai-org/glm-4-9b-chat';
  const ended = action({ args: [], options: { port: '0', dress: 'openrouter', as: id, window: '32k' } });
  const url = await printed;
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v1$/);
  const client = createEndpointClient({ baseUrl: url, apiKey: null, headers: {}, timeoutSeconds: 5 });
  expect(await client.listModels()).toEqual([{ id, window: 32_000, ownedBy: 'needlescope' }]);
  await client.close();
  interrupt();
  expect(await ended).toBe(0);
});

test.each([
  [{ port: '0', dress: 'vlm' }, /did you mean vllm/],
  [{ port: '0', window: '8k' }, /--as/],
])('serve refuses %j before it listens', async (options, hint) => {
  const { context } = fakeTerminal();
  await expect(serveCommand(context)({ args: [], options })).rejects.toMatchObject({
    hint: expect.stringMatching(hint),
  });
});
