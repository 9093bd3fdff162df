import type { CompletionRequest } from '../../src/client/completion-request.ts';
import { EndpointError } from '../../src/client/endpoint-error.ts';
import { createEndpointClient, type EndpointClient } from '../../src/client/openai-client.ts';
import {
  type Reply,
  type ScriptedServer,
  type SeenRequest,
  startScriptedServer,
} from '../run/scripted-server.ts';

/** A key that must show up nowhere. */
export const key = 'sk-secret-0123456789';
/** What `closeAll` closes. */
export const open: (() => Promise<void>)[] = [];

/** Stops what a test started; for `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const close of open.splice(0)) await close();
}

/** A scripted server and a client on it. */
export async function endpoint(
  script: (request: SeenRequest) => Reply,
  more: {
    readonly timeoutSeconds?: number;
    readonly suffix?: string;
    readonly onAdapt?: (message: string, adapted: readonly string[]) => void;
  } = {},
): Promise<{ readonly server: ScriptedServer; readonly client: EndpointClient }> {
  const server = await startScriptedServer(script);
  const client = createEndpointClient({
    baseUrl: `${server.url}${more.suffix ?? ''}`,
    apiKey: key,
    headers: { 'x-team': 'field-notes' },
    timeoutSeconds: more.timeoutSeconds ?? 5,
    ...(more.onAdapt === undefined ? {} : { onAdapt: more.onAdapt }),
  });
  open.push(
    () => client.close(),
    () => server.close(),
  );
  return { server, client };
}

export const question: CompletionRequest = {
  api: 'chat',
  model: 'm',
  messages: [{ role: 'user', content: 'What is the number?' }],
  text: 'The number is',
  maxTokens: 32,
  temperature: 0,
  stop: ['\n'],
  extraBody: {},
  stream: true,
};

/** What a call failed with. */
export async function failureOf(call: Promise<unknown>): Promise<EndpointError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof EndpointError) return error;
    throw error;
  }
  throw new Error('expected the call to fail');
}
