import type { ResolvedConfig } from '../config/resolved.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { endpointFacts } from './endpoint-facts.ts';
import { chosenLengths, encodingNamed, type OpenModel } from './open-models.ts';
import { resolveTokenizer } from './resolve-tokenizer.ts';
import { templateOverhead } from './template-overhead.ts';

/** Tokenizers that only an endpoint can speak for. */
const askTheEndpoint: ReadonlySet<unknown> = new Set(['server', 'auto', 'calibrated']);

/**
 * The models of a config as prompts are planned for them, without any call. Throws `usage` where only the endpoint could
 * count.
 */
export async function offlineModels(
  config: ResolvedConfig,
  { baseDir }: { readonly baseDir: string },
): Promise<OpenModel[]> {
  const models: OpenModel[] = [];
  for (const settings of config.models) {
    if (askTheEndpoint.has(settings.tokenizer)) {
      throw new NeedlescopeError(
        'usage',
        `${settings.name}: expected a tokenizer that needs no endpoint, got ${String(settings.tokenizer)}`,
        {
          hint: '--tokenizer o200k_base, or the path of its tokenizer.json; see `needlescope list tokenizers`',
        },
      );
    }
    const { tokenizer, close } = await resolveTokenizer({
      spec: settings.tokenizer,
      baseDir,
      model: settings.model,
      // Nothing is asked of it.
      ...{ baseUrl: 'http://127.0.0.1', apiKey: null, headers: {}, timeoutSeconds: 1 },
      messages: null,
      probe: null,
    });
    models.push({
      settings,
      connection: { baseUrl: 'http://127.0.0.1', apiKey: null, headers: {} },
      tokenizer: config.lengthBy === 'model' ? tokenizer : await encodingNamed(config.lengthBy),
      overhead: templateOverhead(settings.templateOverhead),
      scale: null,
      facts: endpointFacts({ servedWindow: null, adapted: [] }),
      contextLengths: settings.contextLengths ?? chosenLengths(settings, null),
      close,
    });
  }
  return models;
}
