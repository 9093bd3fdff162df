import { expect, test } from 'vitest';
import { exampleFor } from '../../src/config/explain.ts';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { configReference } from '../../src/config/reference-page.ts';
import { resolveConfig } from '../../src/config/resolve.ts';

interface SchemaNode {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly additionalProperties?: unknown;
}

/** Every key of the schema with its path, lists as `[0]`. */
function keysOf(
  node: SchemaNode,
  path: readonly (string | number)[] = [],
): { path: typeof path; node: SchemaNode }[] {
  const branches = [node, ...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  return branches.flatMap((branch) => [
    ...(branch === node ? [] : keysOf(branch, path)),
    ...(branch.items === undefined ? [] : branch === node ? keysOf(branch.items, [...path, 0]) : []),
    ...(branch !== node
      ? []
      : Object.entries(branch.properties ?? {}).flatMap(([name, child]) => [
          { path: [...path, name], node: child },
          ...keysOf(child, [...path, name]),
        ])),
  ]);
}

const schema = configJsonSchema() as SchemaNode;
const keys = keysOf(schema);

test('every key is described', () => {
  expect(keys.length).toBeGreaterThan(60);
  const described = (node: SchemaNode): boolean =>
    node.description !== undefined || (node.anyOf ?? []).some(described);
  expect(keys.filter(({ node }) => !described(node)).map(({ path }) => path.join('.'))).toEqual([]);
});

test('every example that an error may print is itself a correct config', () => {
  const examples = new Set(keys.map(({ path }) => exampleFor(path)).filter((example) => example !== null));
  expect(examples.size).toBeGreaterThan(35);
  for (const example of examples) {
    const text = example.startsWith('version:') ? example : `version: 1\n${example}`;
    const { value } = parseConfig(text, { path: 'example.yaml', dir: '.' });
    expect(Object.keys(value).length, example).toBe(
      example.startsWith('version:') ? Math.max(1, text.split('\n').length) : 2,
    );
  }
});

test('the defaults that the reference prints are those a run takes', () => {
  const { config } = resolveConfig({ file: null, flags: { model: 'm', baseUrl: 'http://h/v1' }, env: {} });
  const inForce: Record<string, unknown> = {
    ...config,
    ...config.execution,
    ...config.budget,
    ...config.prompt,
  };
  const model: Record<string, unknown> = { ...config.models[0] };
  let compared = 0;
  for (const { path, node } of keys) {
    const name = String(path.at(-1));
    const printed =
      node.default ?? (node.anyOf ?? []).find((branch) => branch.default !== undefined)?.default;
    if (
      printed === undefined ||
      ['tasks', 'depths', 'spacing', 'currency', 'language', 'repeat', 'order'].includes(name)
    )
      continue;
    expect(path[0] === 'models' ? model[name] : inForce[name], path.join('.')).toEqual(printed);
    compared++;
  }
  expect(compared).toBeGreaterThan(15);
});

// After a change of the schema: npx vitest run --project fast tests/config/schema.test.ts -u
test('the reference page in docs is the one the schema gives', async () => {
  const page = configReference();
  expect(page.split('\n').length).toBeGreaterThan(60);
  await expect(page).toMatchFileSnapshot('../../docs/config.md');
});
