import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NeedlescopeError } from '../core/errors.ts';
import type { HtmlOptions } from './html/render-html.ts';

/** The build lays these files beside the bundle; code run from its sources finds them in `dist`. */
const places = [import.meta.dirname, join(import.meta.dirname, '..', '..', 'dist')];

async function readFrom(folder: string): Promise<Pick<HtmlOptions, 'plotly' | 'script'>> {
  const [packed, about, script] = await Promise.all([
    readFile(join(folder, 'plotly.js.gz')),
    readFile(join(folder, 'plotly.json'), 'utf8'),
    readFile(join(folder, 'page.js'), 'utf8'),
  ]);
  const { sha256 } = JSON.parse(about) as { readonly sha256: string };
  return { plotly: { gzipBase64: packed.toString('base64'), sha256 }, script };
}

/** Plotly and the page's script as the build packed them. Throws `input_unusable` where there was no build. */
export async function loadPageAssets(
  folders: readonly string[] = places,
): Promise<Pick<HtmlOptions, 'plotly' | 'script'>> {
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
