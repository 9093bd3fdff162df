import type { Message } from '../core/sample.ts';
import { countOf, fieldOf, stringOf } from './json-fields.ts';
import type { TokenDialect } from './token-dialect.ts';
import type { Count } from './token-memo.ts';
import { type Post, tryPost } from './token-post.ts';

/** Tokens that the chat template adds around the contents of `messages`; null where the server has no route for it. */
export async function templateTokens(
  messages: readonly Message[],
  server: {
    readonly post: Post;
    readonly dialect: TokenDialect;
    readonly model: string;
    readonly count: Count;
  },
): Promise<number | null> {
  const total = await renderedTokens(messages, server);
  if (total === null) return null;
  let content = 0;
  for (const message of messages) content += await server.count(message.content);
  return Math.max(0, total - content);
}

/** Tokens that the server puts before a text it is asked to complete (BOS); null where it does not tell. */
export async function startTokens({
  post,
  dialect,
}: {
  readonly post: Post;
  readonly dialect: TokenDialect;
}): Promise<number | null> {
  const body = dialect.body('Hello.', false);
  const special = dialect.name === 'llama.cpp' ? { add_special: true } : { add_special_tokens: true };
  const [bare, whole] = [
    await tryPost(post, '/tokenize', body),
    await tryPost(post, '/tokenize', { ...body, ...special }),
  ];
  return bare === null || whole === null ? null : Math.max(0, dialect.count(whole) - dialect.count(bare));
}

async function renderedTokens(
  messages: readonly Message[],
  { post, dialect, model }: { readonly post: Post; readonly dialect: TokenDialect; readonly model: string },
): Promise<number | null> {
  const template =
    dialect.name === 'llama.cpp' ? await tryPost(post, '/apply-template', { model, messages }) : null;
  const prompt = stringOf(fieldOf(template, 'prompt'));
  if (prompt === null) {
    // Servers that know both dialects count messages in vLLM's.
    const rendered = await tryPost(post, '/tokenize', { model, messages, add_generation_prompt: true });
    return countOf(fieldOf(rendered, 'count'), 1);
  }
  // As the server itself reads a chat: BOS added, special tokens of the template taken as such.
  const body = { ...dialect.body(prompt, false), add_special: true, parse_special: true };
  return dialect.count(await post('/tokenize', body));
}
