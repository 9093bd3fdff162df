import { type ServerKind, surveyServer } from '../client/server-facts.ts';
import { createServerCounter } from '../client/tokenize.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { lengthsUpTo } from './choose-lengths.ts';
import { type Connection, listServedModels, onlyModel } from './look-ahead.ts';

/** What a server that is asked nothing but what it is tells of a model. */
export interface Discovery {
  /** The id to send. */
  readonly model: string;
  readonly server: ServerKind | null;
  /** Tokens that it serves; null = not told. */
  readonly window: number | null;
  /** Whether it counts tokens. */
  readonly counts: boolean;
  /** Doubling up to the window, in tokens; null without one. */
  readonly contextLengths: readonly number[] | null;
}

/**
 * What an endpoint serves, without asking a model anything. `model`: the one that is meant; empty: the only one. Throws what
 * `listServedModels` and `onlyModel` throw.
 */
export async function discover(connection: Connection, model: string): Promise<Discovery> {
  const listed = await listServedModels(connection);
  const id = model === '' ? onlyModel(listed, connection.baseUrl).id : model;
  const [server, counter] = await Promise.all([
    surveyServer({ ...connection, model: id }),
    counterOf(connection, id),
  ]);
  const window = listed?.find((each) => each.id === id)?.window ?? server.window ?? counter.window;
  return {
    model: id,
    server: server.kind,
    window,
    counts: counter.counts,
    contextLengths: window === null ? null : lengthsUpTo(window),
  };
}

async function counterOf(
  connection: Connection,
  model: string,
): Promise<{ readonly counts: boolean; readonly window: number | null }> {
  try {
    const counter = await createServerCounter({ ...connection, model, timeoutSeconds: 15 });
    await counter.close();
    return { counts: true, window: counter.window };
  } catch (error) {
    // The list came: a server that counts nothing is a plain answer.
    if (error instanceof NeedlescopeError) return { counts: false, window: null };
    throw error;
  }
}

/** The first of some addresses where a list of models is answered, all tried at once; null where none does. */
export async function firstServer(baseUrls: readonly string[]): Promise<string | null> {
  const answers = await Promise.all(
    baseUrls.map(async (baseUrl) => {
      try {
        const listed = await listServedModels({ baseUrl, apiKey: null, headers: {} });
        return listed !== null && listed.length > 0;
      } catch (error) {
        if (error instanceof NeedlescopeError) return false;
        throw error;
      }
    }),
  );
  return baseUrls.find((_, i) => answers[i]) ?? null;
}
