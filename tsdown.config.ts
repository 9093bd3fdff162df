import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';
import { defineConfig } from 'tsdown';

const require = createRequire(import.meta.url);

/**
 * Plotly's bundle is 10 MB as published. Minified and gzipped once here it adds about 2 MB (base64) to a
 * report; the page unpacks it itself. The hash goes into the page's content security policy.
 */
export async function packPlotly(): Promise<void> {
  const source = await readFile(require.resolve('plotly.js-dist'), 'utf8');
  const { code } = await transform(source, { minify: true, legalComments: 'inline', target: 'es2022' });
  await writeFile('dist/plotly.js.gz', gzipSync(code, { level: 9 }));
  const sha256 = createHash('sha256').update(code).digest('base64');
  await writeFile('dist/plotly.json', `${JSON.stringify({ sha256, bytes: Buffer.byteLength(code) })}\n`);
}

/** The report page's own script, from src/report/page, as one file that the report writes into every page. */
export async function packPage(): Promise<void> {
  await build({
    entryPoints: ['src/report/page/main.ts'],
    outfile: 'dist/page.js',
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    logLevel: 'warning',
  });
}

export default defineConfig({
  entry: { main: 'src/cli/main.ts', index: 'src/index.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Every start of the command pays for it: finding and linking its files costs three times what reading them here does.
  noExternal: ['commander'],
  dts: { entry: 'src/index.ts' },
  outDir: 'dist',
  fixedExtension: false,
  clean: true,
  logLevel: 'warn',
  hooks: {
    'build:done': async () => {
      await packPlotly();
      await packPage();
    },
  },
});
