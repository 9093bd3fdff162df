import { hosted } from './hosted-providers.ts';
import { local } from './local-providers.ts';
import type { Provider } from './provider.ts';

/** Servers that people run themselves, then services, by short name. */
export const providers = { ...local, ...hosted } as const satisfies Record<string, Provider>;

/** The row of a provider; undefined where the table has none of that name. */
export function findProvider(name: string): Provider | undefined {
  return Object.hasOwn(providers, name) ? providers[name as keyof typeof providers] : undefined;
}

/** The service that answers at an address, by its host; null for servers of one's own and for addresses that are not known. */
export function providerAt(baseUrl: string): string | null {
  if (!URL.canParse(baseUrl)) return null;
  const { hostname } = new URL(baseUrl);
  const found = Object.entries<Provider>(hosted).find(([, { baseUrl: usual, otherBaseUrls }]) =>
    [usual, ...otherBaseUrls].some((url) => new URL(url).hostname === hostname),
  );
  return found?.[0] ?? null;
}
