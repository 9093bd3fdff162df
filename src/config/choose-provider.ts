import type { Json, JsonObject } from '../core/json.ts';
import type { ModelPreset } from '../models/preset.ts';
import type { Provider } from '../models/provider.ts';
import { providerAt } from '../models/providers.ts';
import type { Environment } from './connections.ts';

/** The service at an address as it is written; undefined for servers of one's own, and for what the environment fills in. */
export function providerOf(baseUrl: string | undefined): string | undefined {
  return baseUrl === undefined ? undefined : (providerAt(baseUrl) ?? undefined);
}

/** The id to send for a preset: the provider's own where it has one. */
export function presetId(preset: ModelPreset | undefined, provider: string | null): string | undefined {
  return (provider === null ? undefined : preset?.ids[provider]) ?? preset?.id;
}

/**
 * The variable of a provider's key. Of one that is known by its address alone it is taken where it is set and no header brings a key: a
 * gateway on that host may want another, or none.
 */
export function keyOf(
  provider: Provider | undefined,
  given: {
    readonly named: boolean;
    readonly headers: Readonly<Record<string, string>>;
    readonly env: Environment;
  },
): string | undefined {
  const name = provider?.apiKeyEnv ?? undefined;
  if (name === undefined || given.named) return name;
  const brought = Object.keys(given.headers).some((header) => /authorization$|api-?key$/i.test(header));
  return brought || !given.env[name] ? undefined : name;
}

/** Request fields that provider and preset bring. A template's own settings go only where a template takes them. */
export function broughtBody(
  preset: ModelPreset | undefined,
  provider: Provider | undefined,
): JsonObject | undefined {
  if (preset === undefined && provider === undefined) return undefined;
  const { chat_template_kwargs: settings, ...rest } = preset?.extraBody ?? {};
  const taken = settings !== undefined && (provider?.templateKwargs ?? true);
  return {
    ...provider?.extraBody,
    ...rest,
    ...(taken ? { chat_template_kwargs: settings } : {}),
  };
}

/** The request fields of `thinking: on` or `off`; null where neither the provider nor the preset has a switch. */
export function thinkingBody(
  wanted: 'on' | 'off',
  preset: ModelPreset | undefined,
  provider: Provider | undefined,
): JsonObject | null {
  return (provider?.thinking ?? preset?.thinking)?.[wanted] ?? null;
}

/** A body with more fields; what both say of `chat_template_kwargs` is put together. */
export function joinedBody(body: JsonObject, more: JsonObject): JsonObject {
  const settings = [body, more].map((each) => each['chat_template_kwargs']).filter(isObject);
  const joined = settings.length < 2 ? {} : { chat_template_kwargs: Object.assign({}, ...settings) };
  return { ...body, ...more, ...joined };
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
