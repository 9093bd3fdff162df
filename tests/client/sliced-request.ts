import type { CompletionRequest } from '../../src/client/completion-request.ts';
import { createEndpointClient, type EndpointClient } from '../../src/client/openai-client.ts';
import { jsonBytesOf, type SlicedText } from '../../src/core/sliced-text.ts';
import { key, open, question } from './scripted-endpoint.ts';

/** Longer than any text that is sent as a string. */
export const long = 'The quick brown fox. '.repeat(2_000);

/** `text` cut into slices of its bytes, each as long as `sizes` says in turn. */
export function sliced(text: string, sizes: readonly number[] = [100_000]): SlicedText {
  const bytes = jsonBytesOf(text);
  const slices: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    slices.push(bytes.subarray(at, at + size));
    at += size;
  }
  return {
    chars: text.length,
    bytes: () => [Buffer.from(text)],
    jsonBytes: () => slices,
    toString: () => text,
  };
}

/** A question whose whole prompt is `content`, answered in one piece. */
export function asking(
  content: string | SlicedText,
  more: Partial<CompletionRequest> = {},
): CompletionRequest {
  return { ...question, stream: false, messages: [{ role: 'user', content }], text: content, ...more };
}

/** A client that `closeAll` closes. */
export function clientOf(url: string): EndpointClient {
  const client = createEndpointClient({ baseUrl: url, apiKey: key, headers: {}, timeoutSeconds: 20 });
  open.push(() => client.close());
  return client;
}
