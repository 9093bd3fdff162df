import { z } from 'zod';
import type { JsonObject } from '../core/json.ts';
import { configSchema } from './schema.ts';

/** The JSON schema (2020-12) of a config file as users write it, for editors and the reference page. */
export function configJsonSchema(): JsonObject {
  return z.toJSONSchema(configSchema, { io: 'input' }) as JsonObject;
}
