import { createChart } from './chart.ts';
import { readData } from './data.ts';
import { createDetailPane } from './detail-pane.ts';
import { showLanguage, startLanguage } from './language.ts';
import { loadPlotly, type Plotly } from './plotly.ts';
import { element, type PageState } from './state.ts';
import { watchTheme } from './theme.ts';

/** Charts that Plotly has not drawn yet are drawn when they come near the window. */
function drawWhenNear(
  plotly: Plotly,
  charts: readonly { host: HTMLElement; takeOver(plotly: Plotly): Promise<void> }[],
): void {
  const byHost = new Map(charts.map((chart) => [chart.host as Element, chart]));
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        void byHost.get(target)?.takeOver(plotly);
      }
    },
    { rootMargin: '300px' },
  );
  for (const { host } of charts) observer.observe(host);
}

async function start(): Promise<void> {
  const state: PageState = { lang: startLanguage() };
  showLanguage(state.lang);
  const data = await readData();
  const pane = createDetailPane(document.getElementById('detail') ?? element('aside'), data, state);
  const live = document.getElementById('live');
  const hosts = document.querySelectorAll<HTMLElement>('.chart');
  const charts = data.figures.flatMap((figure, panel) => {
    const host = hosts[panel];
    if (host === undefined) return [];
    const open = (depth: number, length: number): void => pane.open({ panel, depth, length }, null, host);
    return [createChart({ host, figure, panel, data, state, live, open })];
  });
  for (const chart of charts) chart.draw();

  document.querySelector<HTMLElement>('.switches')?.removeAttribute('hidden');
  document.getElementById('language')?.addEventListener('click', () => {
    state.lang = state.lang === 'en' ? 'zh' : 'en';
    showLanguage(state.lang);
    for (const chart of charts) chart.draw();
    pane.redraw();
  });
  watchTheme(document.getElementById('theme'), () => {
    for (const chart of charts) chart.draw();
  });

  const follow = (): void => {
    const prefix = /^#cell=([0-9A-Za-z]+)$/.exec(location.hash)?.[1];
    if (prefix === undefined) return;
    const place = pane.openKey(prefix);
    const chart = place === null ? undefined : charts[place.panel];
    if (place === null || chart === undefined) return;
    chart.host.scrollIntoView({ block: 'start', behavior: 'instant' });
    chart.point(place.depth, place.length);
  };
  window.addEventListener('hashchange', follow);
  follow();

  // After the first paint: unpacking and reading Plotly takes most of a second.
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const plotly = await loadPlotly();
  if (plotly !== null) drawWhenNear(plotly, charts);
  document.documentElement.dataset['ready'] = plotly === null ? 'svg' : 'plotly';
}

void start();
