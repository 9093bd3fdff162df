import { text } from '../html/strings.ts';
import { type ScoreScale, type StyleName, styles } from '../styles.ts';
import { createChart } from './chart.ts';
import { type Place, readData } from './data.ts';
import { createDetailPane } from './detail-pane.ts';
import { createDifferenceChart } from './difference-chart.ts';
import { createEvidenceList } from './evidence-list.ts';
import { showLanguage, startLanguage } from './language.ts';
import { loadPlotly, type Plotly } from './plotly.ts';
import { element, type PageState } from './state.ts';
import { watchTheme } from './theme.ts';
import { canUnpack, wholePage } from './unpack.ts';

type Charts = readonly ReturnType<typeof createChart>[];

/** Milliseconds that a chart is looked at before Plotly draws it: who scrolls by is served by the SVG. */
const dwell = 250;

/** Milliseconds without anything to do after which the charts nobody has come to yet are drawn, and at most how many. */
const restAfter = 1500;
const mostAtRest = 12;

/** Charts that Plotly has not drawn yet are drawn when they stay in or near the window, and a few more while nothing else happens. */
function drawWhenSeen(plotly: Plotly, charts: Charts): void {
  const byHost = new Map(charts.map((chart) => [chart.host as Element, chart]));
  const waiting = new Map<Element, number>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        clearTimeout(waiting.get(target));
        if (!isIntersecting) continue;
        const draw = (): void => {
          observer.unobserve(target);
          void byHost.get(target)?.takeOver(plotly);
        };
        waiting.set(target, window.setTimeout(draw, dwell));
      }
    },
    { rootMargin: '200px' },
  );
  for (const { host } of charts) observer.observe(host);

  let next = 0;
  const drawOne = async (): Promise<void> => {
    const chart = charts[next];
    next += 1;
    if (chart === undefined || next > mostAtRest) return;
    observer.unobserve(chart.host);
    await chart.takeOver(plotly);
    atRest();
  };
  let resting = 0;
  const atRest = (): void => {
    clearTimeout(resting);
    if (next < Math.min(charts.length, mostAtRest))
      resting = window.setTimeout(() => void drawOne(), next === 0 ? restAfter : 60);
  };
  for (const name of ['pointermove', 'keydown', 'scroll', 'wheel'] as const)
    addEventListener(
      name,
      () => {
        if (next === 0) atRest();
      },
      { passive: true },
    );
  atRest();
}

/** Style and scale: a style brings the way its scores are written, which can be changed afterwards. */
function watchLook(state: PageState, changed: () => void): void {
  const style = document.querySelector<HTMLSelectElement>('#style');
  const scale = document.querySelector<HTMLSelectElement>('#scale');
  style?.addEventListener('change', () => {
    state.style = style.value as StyleName;
    state.scale = styles[state.style].scale;
    if (scale !== null) scale.value = state.scale;
    changed();
  });
  scale?.addEventListener('change', () => {
    state.scale = scale.value as ScoreScale;
    changed();
  });
}

async function start(): Promise<void> {
  const lang = startLanguage();
  showLanguage(lang);
  if (!canUnpack()) {
    await wholePage;
    document
      .querySelector('main')
      ?.prepend(element('p', { class: 'notice', id: 'too-old' }, text(lang, 'needs_newer')));
    document.documentElement.dataset['ready'] = 'plain';
    return;
  }
  const data = await readData();
  const state: PageState = { lang, style: data.style, scale: data.scale };
  const live = document.getElementById('live');
  const hosts = document.querySelectorAll<HTMLElement>('.chart');
  const charts = data.figures.flatMap((figure, panel) => {
    const host = hosts[panel];
    if (host === undefined) return [];
    const open = (depth: number, length: number): void =>
      void pane.open({ panel, depth, length }, null, host);
    return [createChart({ host, figure, panel, data, state, live, open })];
  });
  const moved = (place: Place): void => charts[place.panel]?.point(place.depth, place.length);
  const pane = createDetailPane({
    pane: document.getElementById('detail') ?? element('aside'),
    data,
    state,
    moved,
  });
  const evidence = createEvidenceList({
    data,
    state,
    open: (row, origin) => {
      const place = { panel: row.panel, depth: row.depthIndex, length: row.lengthIndex };
      moved(place);
      void pane.open(place, row.key, origin);
    },
  });
  const difference = createDifferenceChart(data, state);
  const redraw = (): void => {
    for (const chart of charts) chart.draw();
    difference.redraw();
    evidence.redraw();
    pane.redraw();
  };

  document.querySelector<HTMLElement>('.switches')?.removeAttribute('hidden');
  document.getElementById('language')?.addEventListener('click', () => {
    state.lang = state.lang === 'en' ? 'zh' : 'en';
    showLanguage(state.lang);
    redraw();
  });
  watchTheme(document.getElementById('theme'), redraw);
  watchLook(state, redraw);

  const follow = async (): Promise<void> => {
    const prefix = /^#cell=([0-9A-Za-z]+)$/.exec(location.hash)?.[1];
    if (prefix === undefined) return;
    const place = await pane.openKey(prefix);
    const chart = place === null ? undefined : charts[place.panel];
    if (place === null || chart === undefined) return;
    chart.host.scrollIntoView({ block: 'start', behavior: 'instant' });
    chart.point(place.depth, place.length);
  };
  window.addEventListener('hashchange', () => void follow());
  void follow();
  document.documentElement.dataset['answers'] = '';

  // After the first paint: unpacking and reading Plotly takes most of a second.
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const plotly = await loadPlotly();
  if (plotly !== null) drawWhenSeen(plotly, charts);
  document.documentElement.dataset['ready'] = plotly === null ? 'svg' : 'plotly';
}

void start();
