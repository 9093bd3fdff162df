import { expect, test } from 'vitest';
import { models } from '../../src/models/model-table.ts';
import { modelsPage } from '../../src/models/models-page.ts';
import { providers } from '../../src/models/providers.ts';

// After a change of the tables: npx vitest run --project fast tests/models/models-page.test.ts -u
test('the page of models in docs is the one the tables give', async () => {
  const page = modelsPage();
  for (const name of [...Object.keys(models), ...Object.keys(providers)])
    expect(page).toContain(`\`${name}\``);
  await expect(page).toMatchFileSnapshot('../../docs/models.md');
});

test("the page gives vLLM's line for Qwen2 as vLLM takes it since --rope-scaling is gone", () => {
  expect(modelsPage()).toContain(
    `--hf-overrides '{"rope_parameters":{"rope_type":"yarn","factor":4,"original_max_position_embeddings":32768,"rope_theta":1000000}}' --max-model-len 131072`,
  );
});
