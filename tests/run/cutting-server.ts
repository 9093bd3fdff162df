import type { Reply, SeenRequest } from './scripted-server.ts';

/** A model that answers by search in what it is given of a prompt, and reports no usage. */
export interface CuttingModel {
  /** What is left of a prompt before it is read. */
  readonly cut: (prompt: string) => string;
  /** What it makes of the answer it has found; by default it says it. */
  readonly say?: (answer: string, request: SeenRequest) => Reply;
}

/** The last `chars` of a prompt: what servers do that drop the oldest tokens. */
export const keepTail =
  (chars: number) =>
  (prompt: string): string =>
    prompt.slice(-chars);

/** The first words and the tail, together `chars`: Ollama's way. */
export const keepEnds =
  (chars: number) =>
  (prompt: string): string =>
    prompt.length <= chars ? prompt : `${prompt.slice(0, 40)}${prompt.slice(40 - chars)}`;

/** All of it. */
export const whole = (prompt: string): string => prompt;

/** A script for `startScriptedServer`. */
export function cuttingModel({ cut, say = (answer) => plain(answer) }: CuttingModel) {
  return (request: SeenRequest): Reply => {
    if (request.method === 'GET') return { json: { data: [{ id: 'm' }] } };
    if (!request.path.endsWith('/completions'))
      return { json: { error: { message: 'no such route' } }, status: 404 };
    return say(answerTo(cut(request.prompt)), request);
  };
}

/** A chat answer without usage. */
export function plain(content: string, finishReason = 'stop'): Reply {
  return { json: { model: 'served', choices: [{ message: { content }, finish_reason: finishReason }] } };
}

/** Whether a request is a canary and no cell. */
export function isCanary({ prompt }: Pick<SeenRequest, 'prompt'>): boolean {
  return /access code for the paper canary|金丝雀的通行码是/.test(prompt.slice(-400));
}

function answerTo(prompt: string): string {
  if (isCanary({ prompt })) {
    return /(?:paper canary is |金丝雀的通行码是)(\d{5})/.exec(prompt)?.[1] ?? 'The text does not say.';
  }
  const asked = /What is the access code for the ([^?]+)\?|\n([^\n]+)的通行码是多少？/.exec(
    prompt.slice(-400),
  );
  const fact = asked?.[2] === undefined ? `access code for the ${asked?.[1]} is ` : `${asked[2]}的通行码是`;
  return new RegExp(`${fact}(\\d{7})`).exec(prompt)?.[1] ?? 'The text does not say.';
}
