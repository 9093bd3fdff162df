import { isAbsolute, join } from 'node:path';

/** Folders in which tokenizers lie that other programs put there. */
export interface TokenizerCaches {
  /** Of Hugging Face's hub: `models--<owner>--<name>/snapshots/<commit>/`. */
  readonly hubs: readonly string[];
  /** Of ModelScope: `<owner>/<name>/`. */
  readonly modelScopes: readonly string[];
  /** Projects whose installed packages may carry one, from the folder up. */
  readonly projects: readonly string[];
}

/**
 * The folders that the environment speaks of, by the rules of `huggingface_hub` (HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME) and of ModelScope
 * (MODELSCOPE_CACHE). They need not exist.
 */
export function tokenizerCaches(from: {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that the command runs in, absolute. */
  readonly cwd: string;
}): TokenizerCaches {
  const { env, cwd } = from;
  const set = (name: string): string | null => {
    const value = env[name];
    return value !== undefined && isAbsolute(value) ? value : null;
  };
  const home = set('HOME') ?? set('USERPROFILE');
  const caches = set('XDG_CACHE_HOME') ?? (home === null ? null : join(home, '.cache'));
  const under = (folder: string | null, ...names: readonly string[]): string | null =>
    folder === null ? null : join(folder, ...names);
  const hub =
    set('HF_HUB_CACHE') ??
    set('HUGGINGFACE_HUB_CACHE') ??
    under(set('HF_HOME'), 'hub') ??
    under(caches, 'huggingface', 'hub');
  const scope = set('MODELSCOPE_CACHE') ?? under(home, '.cache', 'modelscope', 'hub');
  return {
    hubs: hub === null ? [] : [hub],
    modelScopes: scope === null ? [] : [join(scope, 'models'), scope],
    projects: [cwd],
  };
}
