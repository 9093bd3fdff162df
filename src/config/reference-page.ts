import type { Json, JsonObject } from '../core/json.ts';
import { exampleFor, pathText } from './explain.ts';
import { configJsonSchema } from './json-schema.ts';
import { placeAt } from './key.ts';
import { configSchema } from './schema.ts';

/** The reference of the config file as Markdown: every key with what it takes, its default and an example. */
export function configReference(): string {
  const rows = keysOf(configJsonSchema(), []).map(({ path, node }) => {
    const { expected, fallback } = placeAt(configSchema, path);
    return [
      `\`${pathText(path).replaceAll('[0]', '[]')}\``,
      descriptionOf(node),
      expected ?? '',
      fallback === undefined ? '' : `\`${JSON.stringify(fallback)}\``,
    ].map((cell) => cell.replaceAll('|', '\\|'));
  });
  return [
    '# The config file',
    '',
    'YAML, strict: an unknown key or a bad value is an error with file, line and a correct example. Every block may be',
    `partial. \`\${NAME}\` is read from the environment in \`baseUrl\` and \`headers\` only. This page is generated from the schema.`,
    '',
    '```yaml',
    exampleFor([]) ?? '',
    '```',
    '',
    '| key | what it is | takes | default |',
    '|---|---|---|---|',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
}

interface Key {
  readonly path: readonly (string | number)[];
  readonly node: JsonObject;
}

/** Every key of a JSON schema in order, those of list elements under `[0]`, each once. */
function keysOf(node: JsonObject, path: Key['path']): readonly Key[] {
  const branches = branchesOf(node);
  const found = branches.flatMap((branch) => [
    ...Object.entries(objectOf(branch['properties'])).flatMap(([name, child]) => {
      const own = { path: [...path, name], node: objectOf(child) };
      return [own, ...keysOf(own.node, own.path)];
    }),
    ...(branch['items'] === undefined ? [] : keysOf(objectOf(branch['items']), [...path, 0])),
  ]);
  const names = found.map((each) => pathText(each.path));
  return found.filter((_, i) => names.indexOf(names[i] ?? '') === i);
}

function branchesOf(node: JsonObject): readonly JsonObject[] {
  const inner = ['anyOf', 'oneOf'].flatMap((word) => {
    const list = node[word];
    return Array.isArray(list) ? list.map(objectOf) : [];
  });
  return [node, ...inner.flatMap(branchesOf)];
}

function descriptionOf(node: JsonObject): string {
  const described = branchesOf(node).find((branch) => typeof branch['description'] === 'string');
  return described === undefined ? '' : String(described['description']);
}

function objectOf(value: Json | undefined): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};
}
