import { placeLines } from '../captions.ts';
import type { HeatmapFigure } from '../figure.ts';
import { heatmapGeometry } from '../heatmap-geometry.ts';
import { pagePalette } from '../palette.ts';
import { plotlyFigure, plotlyText } from '../plotly-figure.ts';
import { inStyle } from '../styles.ts';
import { renderHeatmapSvg } from '../svg-heatmap.ts';
import type { PageIndex } from './data.ts';
import type { Plotly, PlotlyHost } from './plotly.ts';
import { element, type PageState } from './state.ts';
import { currentPalette } from './theme.ts';

export interface Chart {
  readonly host: HTMLElement;
  /** Draws the picture for the present width, language and theme. */
  draw(): void;
  /** Lets Plotly take over for hover, zoom and export. */
  takeOver(plotly: Plotly): Promise<void>;
  /** Puts the cursor on a place. */
  point(depth: number, length: number): void;
}

export interface ChartOptions {
  readonly host: HTMLElement;
  readonly figure: HeatmapFigure;
  readonly panel: number;
  readonly data: PageIndex;
  readonly state: PageState;
  readonly live: HTMLElement | null;
  readonly open: (depth: number, length: number) => void;
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** One heatmap: the SVG at first, then Plotly in its place, with one cursor, pointer and keyboard for both. */
export function createChart({ host, figure: plain, panel, data, state, live, open }: ChartOptions): Chart {
  const picture = host.querySelector<HTMLElement>('.picture') ?? element('div');
  const plot = element('div', { class: 'plot' });
  const cursor = element('div', { class: 'cursor', hidden: '' });
  const tip = element('div', { class: 'tip', hidden: '' });
  host.append(plot, cursor, tip);
  host.tabIndex = 0;
  host.setAttribute('role', 'application');

  let library: Plotly | null = null;
  let zoomed = false;
  let place = { depth: 0, length: 0 };
  let drawnWidth = 0;

  let figure = inStyle(plain, state.style);
  const geometry = () => heatmapGeometry(figure, Math.max(240, host.clientWidth));
  const lastDepth = figure.depths.length - 1;
  const lastLength = figure.lengths.length - 1;

  function linesOf(depth: number, length: number): string[] {
    const lines = placeLines(figure, depth, length, state);
    const answer = data.rowsAt({ panel, depth, length })[0]?.answer ?? null;
    return answer === null ? lines : [...lines, `“${answer.slice(0, 120)}${answer.length > 120 ? '…' : ''}”`];
  }

  function hoverTexts(): string[][] {
    return figure.depths.map((_d, depth) =>
      figure.lengths.map((_l, length) =>
        linesOf(depth, length)
          .map((line) => plotlyText(line))
          .join('<br>'),
      ),
    );
  }

  function placeCursor(): void {
    const { plot: area, cell } = geometry();
    cursor.style.left = `${area.left + place.length * cell.width}px`;
    cursor.style.top = `${area.top + place.depth * cell.height}px`;
    cursor.style.width = `${cell.width}px`;
    cursor.style.height = `${cell.height}px`;
  }

  function move(depth: number, length: number): void {
    place = {
      depth: Math.min(lastDepth, Math.max(0, depth)),
      length: Math.min(lastLength, Math.max(0, length)),
    };
    if (zoomed) void drawPlot();
    placeCursor();
    cursor.hidden = false;
  }

  /** The place under a pointer, from the geometry that both pictures share. */
  function placeUnder(event: MouseEvent): { depth: number; length: number } | null {
    const { plot: area, cell } = geometry();
    const box = host.getBoundingClientRect();
    const length = Math.floor((event.clientX - box.left - area.left) / cell.width);
    const depth = Math.floor((event.clientY - box.top - area.top) / cell.height);
    const inside = length >= 0 && length <= lastLength && depth >= 0 && depth <= lastDepth;
    return inside ? { depth, length } : null;
  }

  async function drawPlot(): Promise<void> {
    if (library === null) return;
    zoomed = false;
    const plotly = library;
    const width = Math.max(240, host.clientWidth);
    const { lang, style, scale } = state;
    const shared = { lang, style, scale, palette: currentPalette(), hover: hoverTexts() };
    const { data: traces, layout } = plotlyFigure(plain, { ...shared, width });
    const name = `${figure.simulated ? 'SIMULATED-' : ''}${figure.model}-${figure.task}`.replace(
      /[^\w.-]+/g,
      '-',
    );
    const download = {
      name: 'png',
      title: 'PNG',
      icon: plotly.Icons['camera'],
      click: () => {
        const framed = plotlyFigure(plain, { ...shared, width: 960, framed: true });
        const { width: imageWidth, height } = framed.layout;
        void plotly.downloadImage(framed, {
          format: 'png',
          width: imageWidth,
          height,
          scale: 2,
          filename: name,
        });
      },
    };
    // A finger on a chart scrolls the page; dragging is for a mouse.
    const dragmode = matchMedia('(pointer: coarse)').matches ? false : 'zoom';
    await plotly.react(
      plot,
      traces,
      { ...layout, dragmode },
      {
        displaylogo: false,
        showSendToCloud: false,
        plotlyServerURL: '',
        modeBarButtonsToRemove: [
          'toImage',
          'pan2d',
          'select2d',
          'lasso2d',
          'zoomIn2d',
          'zoomOut2d',
          'autoScale2d',
        ],
        modeBarButtonsToAdd: [download],
        toImageButtonOptions: { filename: name, scale: 2 },
        doubleClick: 'reset',
        scrollZoom: false,
      },
    );
  }

  host.addEventListener('keydown', (event) => {
    const step = steps[event.key];
    if (step !== undefined) {
      move(
        cursor.hidden ? place.depth : place.depth + step[0],
        cursor.hidden ? place.length : place.length + step[1],
      );
      if (live !== null) live.textContent = placeLines(figure, place.depth, place.length, state).join('. ');
    } else if (event.key === 'Enter' || event.key === ' ') {
      move(place.depth, place.length);
      open(place.depth, place.length);
    } else return;
    event.preventDefault();
  });
  // The answers of a panel are unpacked when somebody looks at it.
  host.addEventListener('pointerenter', () => void data.load(panel));
  host.addEventListener('focus', () => void data.load(panel));
  picture.addEventListener('click', (event) => {
    const under = placeUnder(event);
    if (under === null) return;
    move(under.depth, under.length);
    open(under.depth, under.length);
  });
  picture.addEventListener('mousemove', (event) => {
    const under = placeUnder(event);
    tip.hidden = under === null;
    if (under === null) return;
    tip.textContent = linesOf(under.depth, under.length).join('\n');
    const box = host.getBoundingClientRect();
    const x = event.clientX - box.left;
    tip.style.left = `${Math.max(0, Math.min(x + 14, host.clientWidth - tip.offsetWidth))}px`;
    tip.style.top = `${event.clientY - box.top + 18}px`;
  });
  picture.addEventListener('mouseleave', () => {
    tip.hidden = true;
  });

  // A page of a hundred charts draws those that are looked at; the file's own pictures stand for the rest.
  let near = false;
  let stale = true;

  function draw(): void {
    stale = !near;
    if (stale) return;
    drawnWidth = host.clientWidth;
    const alt = data.alts[panel]?.[state.lang] ?? '';
    const { lang, style, scale } = state;
    figure = inStyle(plain, style);
    const shape = { width: Math.max(240, drawnWidth), lang, style, scale, palette: pagePalette, alt };
    // Our own markup, every text in it escaped by the renderer that also wrote the file.
    picture.innerHTML = renderHeatmapSvg(plain, shape);
    host.setAttribute('aria-label', alt);
    placeCursor();
    void drawPlot();
  }

  new IntersectionObserver(
    (entries) => {
      near = entries.at(-1)?.isIntersecting === true;
      if (near && (stale || host.clientWidth !== drawnWidth)) draw();
    },
    { rootMargin: '600px' },
  ).observe(host);
  new ResizeObserver(() => {
    if (near && host.clientWidth !== drawnWidth && host.clientWidth > 0) draw();
  }).observe(host);

  return {
    host,
    draw,
    point: move,
    async takeOver(plotly) {
      if (library !== null) return;
      library = plotly;
      await data.load(panel);
      await drawPlot();
      const drawn = plot as unknown as PlotlyHost;
      drawn.on('plotly_click', ({ points }) => {
        const at = points[0]?.pointIndex;
        if (at === undefined) return;
        if (zoomed) place = { depth: at[0], length: at[1] };
        else move(at[0], at[1]);
        open(at[0], at[1]);
      });
      drawn.on('plotly_relayout', (change) => {
        zoomed = 'xaxis.range[0]' in change || 'yaxis.range[0]' in change;
        if (zoomed) cursor.hidden = true;
      });
      tip.hidden = true;
      host.classList.add('live');
    },
  };
}
