import { text } from '../html/strings.ts';
import { pagePalette } from '../palette.ts';
import { differenceSvg } from '../svg-difference.ts';
import type { PageIndex } from './data.ts';
import { element, type PageState, visible } from './state.ts';

/** The map of differences: two choices and a picture. */
export function createDifferenceChart(data: PageIndex, state: PageState): { redraw(): void } {
  const host = document.getElementById('difference');
  const base = document.querySelector<HTMLSelectElement>('#difference-base');
  const candidate = document.querySelector<HTMLSelectElement>('#difference-candidate');
  const picture = host?.querySelector<HTMLElement>('.picture');
  const counts = host?.querySelector<HTMLElement>('.counts');
  if (!host || !base || !candidate || !picture || !counts) return { redraw: () => undefined };
  host.hidden = false;

  const name = (panel: number): string => {
    const figure = data.figures[panel];
    if (figure === undefined) return '';
    const several = new Set(data.figures.map(({ run }) => run)).size > 1;
    return visible(`${figure.model} · ${figure.task}${several ? ` · ${figure.run}` : ''}`);
  };
  const option = (panel: number): HTMLElement => element('option', { value: String(panel) }, name(panel));
  // Either of a pair may be the base.
  const directed = data.differences.flatMap((each) => [
    { ...each, turned: false },
    { ...each, base: each.candidate, candidate: each.base, turned: true },
  ]);
  const bases = [...new Set(directed.map((each) => each.base))].sort((a, b) => a - b);
  base.append(...bases.map(option));

  function offer(): void {
    const partners = directed
      .filter((each) => each.base === Number(base?.value))
      .map((each) => each.candidate);
    const kept = candidate?.value ?? '';
    candidate?.replaceChildren(...partners.map(option));
    if (candidate && partners.includes(Number(kept)) && kept !== '') candidate.value = kept;
  }

  let width = 0;
  function draw(): void {
    const found = directed.find(
      (each) => each.base === Number(base?.value) && each.candidate === Number(candidate?.value),
    );
    if (found === undefined || !picture || !counts || !host) return;
    const { worse, better, lost, gained, pairs, same } = found.counts;
    const said = text(state.lang, 'difference_counts', {
      pairs,
      same,
      ...(found.turned
        ? { worse: better, better: worse, lost: gained, gained: lost }
        : { worse, better, lost, gained }),
    });
    const simulated = data.figures[found.base]?.simulated === true;
    width = host.clientWidth;
    // Our own markup, every text in it escaped by the renderer.
    picture.innerHTML = differenceSvg(
      {
        lengths: found.lengths,
        depths: found.depths,
        z: found.turned
          ? found.z.map((row) => row.map((value) => (value === null ? null : -value)))
          : found.z,
        simulated,
      },
      {
        width: Math.max(240, Math.min(width, 960)),
        lang: state.lang,
        palette: pagePalette,
        alt: text(state.lang, 'difference_alt', {
          simulated: simulated ? `${text(state.lang, 'simulated')}. ` : '',
          base: name(found.base),
          candidate: name(found.candidate),
          counts: said,
        }),
      },
    );
    counts.textContent = said;
  }

  base.addEventListener('change', () => {
    offer();
    draw();
  });
  candidate.addEventListener('change', draw);
  new ResizeObserver(() => {
    if (host.clientWidth > 0 && host.clientWidth !== width) draw();
  }).observe(host);
  // The pair with most to say comes first.
  const most = directed.reduce((best, each) => (each.counts.pairs > best.counts.pairs ? each : best));
  base.value = String(most.base);
  offer();
  candidate.value = String(most.candidate);
  draw();
  return { redraw: draw };
}
