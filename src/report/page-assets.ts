import { readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { NeedlescopeError } from '../core/errors.ts';
import { writeWhole } from './write-whole.ts';

export interface PageAssets {
  readonly plotly: { readonly gzipBase64: string; readonly sha256: string };
  /** The page's own script, bundled. */
  readonly script: string;
}

/** The build lays these files beside the bundle; code run from its sources finds them in `dist`. */
const places = [import.meta.dirname, join(import.meta.dirname, '..', '..', 'dist')];

async function readFrom(folder: string): Promise<PageAssets> {
  const [packed, about, script] = await Promise.all([
    readFile(join(folder, 'plotly.js.gz')),
    readFile(join(folder, 'plotly.json'), 'utf8'),
    readFile(join(folder, 'page.js'), 'utf8'),
  ]);
  const { sha256 } = JSON.parse(about) as { readonly sha256: string };
  return { plotly: { gzipBase64: packed.toString('base64'), sha256 }, script };
}

/** Plotly and the page's script as the build packed them. Throws `input_unusable` where there was no build. */
export async function loadPageAssets(folders: readonly string[] = places): Promise<PageAssets> {
  let cause: unknown;
  for (const folder of folders) {
    try {
      return await readFrom(folder);
    } catch (error) {
      cause = error;
    }
  }
  throw new NeedlescopeError(
    'input_unusable',
    `expected plotly.js.gz and page.js in ${folders.join(' or ')}`,
    {
      hint: 'run npm run build, or install the package again',
      cause,
    },
  );
}

/**
 * Writes Plotly into `folder` for every report that shares it and returns its address relative to the report at `page`. The
 * name holds the code's hash, so that reports of different versions live side by side; a file that is there is left alone.
 */
export async function sharePlotly(
  { plotly }: PageAssets,
  { folder, page }: { readonly folder: string; readonly page: string },
): Promise<string> {
  const name = `plotly-${Buffer.from(plotly.sha256, 'base64').toString('hex').slice(0, 16)}.js`;
  const path = join(folder, name);
  const code = gunzipSync(Buffer.from(plotly.gzipBase64, 'base64'));
  const there = await readFile(path).catch(() => null);
  if (there === null || !there.equals(code)) await writeWhole(path, { content: code, flag: '--assets' });
  const steps = relative(dirname(page), path).split(sep).map(encodeURIComponent);
  return steps[0] === '..' ? steps.join('/') : `./${steps.join('/')}`;
}
