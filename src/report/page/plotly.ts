import { canUnpack, unpack, wholePage } from './unpack.ts';

/** The little of Plotly that the page uses. */
export interface Plotly {
  react(host: HTMLElement, data: readonly object[], layout: object, config: object): Promise<PlotlyHost>;
  downloadImage(figure: object, options: object): Promise<string>;
  readonly Icons: Readonly<Record<string, object>>;
}

interface PlotPoint {
  /** `[depth, length]` for heatmaps. */
  readonly pointIndex: readonly [number, number];
}

export interface PlotlyHost extends HTMLElement {
  on(event: 'plotly_click', listener: (event: { readonly points: readonly PlotPoint[] }) => void): void;
  on(event: 'plotly_relayout', listener: (change: Readonly<Record<string, unknown>>) => void): void;
}

declare global {
  interface Window {
    Plotly?: Plotly;
  }
}

/** Runs the script that lies beside the page; false where it is not there. */
function runBeside(href: string): Promise<boolean> {
  const script = document.createElement('script');
  return new Promise((done) => {
    script.addEventListener('load', () => done(true));
    script.addEventListener('error', () => done(false));
    script.src = href;
    document.head.append(script);
  });
}

/**
 * Runs Plotly: from the file beside the page where several reports share one, else unpacked from the page as an inline
 * script, which the page's policy admits by its hash. Null where neither works; the SVG pictures then stay.
 */
export async function loadPlotly(): Promise<Plotly | null> {
  await wholePage;
  const holder = document.getElementById('plotly');
  const href = holder?.dataset['href'];
  if (href !== undefined) return (await runBeside(href)) ? (window.Plotly ?? null) : null;
  const packed = holder?.textContent ?? '';
  if (packed === '' || !canUnpack()) return null;
  const code = await unpack(packed);
  // Reading the code takes half a second: what the reader does meanwhile comes first.
  await new Promise<void>((done) => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => done(), { timeout: 400 });
    else setTimeout(done, 0);
  });
  const script = document.createElement('script');
  script.textContent = code;
  document.head.append(script);
  script.remove();
  return window.Plotly ?? null;
}
