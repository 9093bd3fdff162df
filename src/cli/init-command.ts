import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseBaseUrl } from '../client/base-url.ts';
import type { Flags } from '../config/flags.ts';
import { resolveConfig } from '../config/resolve.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { providers } from '../models/providers.ts';
import { type Discovery, discover, firstServer } from '../run/discover.ts';
import type { CliContext } from './context.ts';
import { type ConfigFacts, configText } from './init-config.ts';
import type { Action } from './program.ts';
import { presetOfId } from './served-model.ts';

/** `init`: a commented config, written from what a server tells of itself. Asks nobody anything, on a terminal or off it. */
export const initCommand =
  (context: CliContext): Action =>
  async ({ args, options }) => {
    const file = args[0] ?? 'needlescope.yaml';
    const path = resolve(context.cwd, file);
    const flags = options as Flags;
    const named = flags.baseUrl !== undefined || flags.provider !== undefined || flags.preset !== undefined;
    const local = localServers();
    const found = named ? null : await firstServer(local);
    const facts = named || found !== null ? await ask(flags, found, context) : unasked(flags, local);
    try {
      await writeFile(path, configText({ file, ...facts }), { flag: options['force'] === true ? 'w' : 'wx' });
    } catch (error) {
      throw cannotWrite(path, error);
    }
    context.stdout.write(`${file}\n`);
    context.stderr.write(`${told(facts)}\nnext: needlescope doctor ${file} · needlescope run ${file}\n`);
    return exitCodes.done.code;
  };

type Facts = Omit<ConfigFacts, 'file'>;

/** What the endpoint of the flags, or the one that was found, tells. */
async function ask(flags: Flags, found: string | null, { env }: CliContext): Promise<Facts> {
  const written = flags.baseUrl ?? found ?? undefined;
  const { config, connections } = resolveConfig({
    file: null,
    flags: { ...flags, ...(written === undefined ? {} : { baseUrl: written }) },
    env,
    offline: true,
  });
  const [model] = config.models;
  const connection = model === undefined ? undefined : connections.get(model.name);
  if (model === undefined || connection === undefined || connection.baseUrl === null) {
    throw new NeedlescopeError('usage', 'expected the address of an endpoint, got none', {
      hint: 'needlescope init --base-url http://127.0.0.1:8000/v1',
    });
  }
  const { baseUrl } = connection;
  const { url, secrets } = parseBaseUrl(baseUrl);
  // The text as it was written may name a variable; a password in it must not get into a file.
  if (secrets.some((secret) => secret !== '' && written?.includes(secret))) {
    throw new NeedlescopeError('usage', '--base-url: expected an address without a password, got one with', {
      hint: `put it into a variable, and name that one: --base-url '\${ENDPOINT_URL}'`,
    });
  }
  const discovery = await discover({ ...connection, baseUrl }, model.model);
  return {
    ...{ baseUrl: written ?? url, address: url, api: model.api, apiKeyEnv: model.apiKeyEnv, discovery },
    preset: model.preset ?? presetOfId(discovery.model),
    note: null,
  };
}

/** Where nothing answers: a config to be filled in. */
function unasked({ model, api, apiKeyEnv }: Flags, tried: readonly string[]): Facts {
  const discovery: Discovery = {
    model: model ?? 'my-model',
    server: null,
    window: null,
    counts: false,
    contextLengths: null,
  };
  return {
    ...{ baseUrl: providers.vllm.baseUrl, address: providers.vllm.baseUrl, discovery, preset: null },
    api: api === 'completions' ? api : 'chat',
    apiKeyEnv: apiKeyEnv ?? null,
    note: `no server answered on this machine (${tried.map((url) => new URL(url).port).join(', ')}): fill in model and baseUrl`,
  };
}

function told({ discovery, address, note }: Facts): string {
  if (note !== null) return note;
  const { model, server, window, counts } = discovery;
  const told = window === null ? 'does not tell its window' : `serves ${window} tokens`;
  return `${address}${server === null ? '' : ` (${server})`}: ${model}, ${told}, ${counts ? 'counts tokens itself' : 'does not count tokens'}`;
}

/** Addresses that servers on this machine usually answer at. */
function localServers(): string[] {
  const all = Object.values(providers).map(({ baseUrl }) => baseUrl);
  return all.filter((baseUrl) => new URL(baseUrl).hostname === '127.0.0.1');
}

function cannotWrite(path: string, error: unknown): NeedlescopeError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EEXIST'
    ? new NeedlescopeError('usage', `${path} is there already`, {
        hint: 'name another file, or overwrite it with --force',
      })
    : new NeedlescopeError('output_unusable', `${path} cannot be written: ${(error as Error).message}`, {
        hint: 'name a file in a folder of yours: needlescope init my/needles.yaml',
        cause: error,
      });
}
