import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import { type Reply, type ScriptedServer, type SeenRequest, startScriptedServer } from './scripted-server.ts';

export interface OneModelServer extends Pick<ScriptedServer, 'url' | 'seen' | 'close'> {
  /** Questions that reached a model. */
  asked(): number;
}

/**
 * A server with one model that nobody would call simulated: `id`, behind which a profile of the known-answer endpoint answers.
 * `routes` are answered first, by method and path; a null there means 404.
 */
export async function startOneModelServer(options: {
  readonly id: string;
  readonly profile: string;
  readonly routes?: Readonly<Record<string, ((request: SeenRequest) => Reply) | null>>;
}): Promise<OneModelServer> {
  const { id, profile, routes = {} } = options;
  const reference: ReferenceServer = await startReferenceServer();
  const model = `known-answer/${profile}`;
  const server = await startScriptedServer(async (request) => {
    const { method, path, body } = request;
    const route = routes[`${method} ${path}`];
    if (route !== undefined) return route?.(request) ?? { json: { error: 'not found' }, status: 404 };
    const sent = path.replace(/^\/v1/, '');
    const base = path.startsWith('/v1') ? reference.url : reference.url.replace(/\/v1$/, '');
    const answer = await fetch(
      `${base}${sent}`,
      method === 'GET' ? {} : { method, body: JSON.stringify({ ...body, model }) },
    );
    const text = (await answer.text()).replaceAll(model, id);
    if (method === 'GET' && path === '/v1/models') {
      const { data } = JSON.parse(text) as { data: { id: string }[] };
      return { json: { data: data.filter((row) => row.id === id) } };
    }
    const type = answer.headers.get('content-type') ?? '';
    return /event-stream/.test(type)
      ? { events: text.split(/(?<=\n\n)/) }
      : { json: JSON.parse(text), status: answer.status };
  });
  return {
    url: server.url,
    seen: server.seen,
    asked: () => reference.requests().length,
    close: async () => {
      await server.close();
      await reference.close();
    },
  };
}
