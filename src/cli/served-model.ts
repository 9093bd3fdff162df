import { type Resolution, type ResolveRequest, resolveConfig } from '../config/resolve.ts';
import { findPreset, presetNames } from '../models/presets.ts';
import { listServedModels, onlyModel } from '../run/look-ahead.ts';

/**
 * The settings of a run whose flags may name an address and no model: then the only one that is served there, under its own name.
 * Throws what `resolveConfig` throws, `usage` with their names where several are served, and what a list that is refused is told by.
 */
export async function resolveServed(request: ResolveRequest): Promise<Resolution> {
  const resolution = resolveConfig(request);
  const [model, ...others] = resolution.config.models;
  if (request.file !== null || model === undefined || others.length > 0 || model.model !== '')
    return resolution;
  const connection = resolution.connections.get(model.name);
  if (connection === undefined || connection.baseUrl === null) return resolution;
  const { baseUrl } = connection;
  const { id } = onlyModel(await listServedModels({ ...connection, baseUrl }), baseUrl);
  return resolveConfig({ ...request, flags: { ...request.flags, model: id } });
}

/** The row of the model table for an id as its maker publishes it; null where there is none. */
export function presetOfId(id: string): string | null {
  return presetNames().find((name) => findPreset(name)?.id === id) ?? null;
}
