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

async function unpack(base64: string): Promise<string> {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).text();
}

/**
 * Unpacks Plotly from the page and runs it as an inline script, which the page's policy admits by its hash.
 * Null where the browser cannot; the SVG pictures then stay.
 */
export async function loadPlotly(): Promise<Plotly | null> {
  const packed = document.getElementById('plotly')?.textContent ?? '';
  if (packed === '' || typeof DecompressionStream === 'undefined') return null;
  const script = document.createElement('script');
  script.textContent = await unpack(packed);
  document.head.append(script);
  script.remove();
  return window.Plotly ?? null;
}
