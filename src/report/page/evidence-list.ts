import type { EvidenceFilter } from '../html/evidence-section.ts';
import type { PageRow } from '../html/page-row.ts';
import { text } from '../html/strings.ts';
import type { PageIndex } from './data.ts';
import { outcomeText } from './detail-facts.ts';
import { element, type PageState, visible } from './state.ts';

const pageSize = 60;
const snippet = 160;

/** Whether a row passes a filter: an outcome, a reason or a flag. */
function passes(row: PageRow, filter: EvidenceFilter): boolean {
  const score = row.score ?? 0;
  if (filter === 'all') return true;
  if (filter === 'misses') return row.outcome === 'scored' && score < 1;
  if (filter === 'hits') return row.outcome === 'scored' && score >= 1;
  if (filter === 'failed') return row.outcome === 'failed';
  return row.reason === filter || (row.flags ?? []).some((flag) => flag === filter);
}

export interface EvidenceListOptions {
  readonly data: PageIndex;
  readonly state: PageState;
  readonly open: (row: PageRow, origin: HTMLElement) => void;
}

/** The list of all answers, narrowed by outcome and searched; the rows are unpacked when it comes near the window or is used. */
export function createEvidenceList({ data, state, open }: EvidenceListOptions): { redraw(): void } {
  const section = document.getElementById('evidence');
  const filter = document.querySelector<HTMLSelectElement>('#filter');
  const search = document.querySelector<HTMLInputElement>('#search');
  const list = document.getElementById('rows');
  const found = document.getElementById('found');
  const more = document.getElementById('more');
  if (
    section === null ||
    filter === null ||
    search === null ||
    list === null ||
    found === null ||
    more === null
  )
    return { redraw: () => undefined };
  section.hidden = false;

  let all: readonly PageRow[] | null = null;
  let chosen: readonly PageRow[] = [];
  let shown = 0;

  async function rows(): Promise<readonly PageRow[]> {
    if (all !== null) return all;
    const parts: (readonly PageRow[])[] = [];
    for (const panel of data.figures.keys()) parts.push(await data.rowsOf(panel));
    all = parts.flat();
    return all;
  }

  function item(row: PageRow): HTMLElement {
    const figure = data.figures[row.panel];
    const where = `${figure?.xLabels[row.lengthIndex]} · ${figure?.yLabels[row.depthIndex]} %${(figure?.trials ?? 1) > 1 ? ` · ${text(state.lang, 'trial', { n: row.trial + 1 })}` : ''}`;
    const answer = typeof row.answer === 'string' ? row.answer : (row.error?.message ?? '');
    const cut =
      answer.length > snippet ? `${Array.from(answer.slice(0, snippet)).slice(0, -1).join('')}…` : answer;
    const low = row.outcome === 'scored' ? ((row.score ?? 0) < 1 ? 'miss' : 'hit') : 'none';
    const button = element(
      'button',
      { type: 'button' },
      element('b', {}, element('bdi', {}, visible(figure?.model ?? ''))),
      element('span', { class: 'soft' }, where),
      element('span', { class: `outcome ${low}` }, outcomeText(row, state)),
      element('q', { dir: 'auto' }, visible(cut)),
    );
    button.addEventListener('click', () => open(row, button));
    return element('li', {}, button);
  }

  function grow(): void {
    const next = chosen.slice(shown, shown + pageSize);
    list?.append(...next.map(item));
    shown += next.length;
    if (more !== null) more.hidden = shown >= chosen.length;
  }

  let turn = 0;
  async function update(): Promise<void> {
    turn += 1;
    const mine = turn;
    if (all === null && found !== null) found.textContent = text(state.lang, 'reading');
    const everything = await rows();
    // A later choice has overtaken this one.
    if (mine !== turn) return;
    const wanted = (search?.value ?? '').trim().toLowerCase();
    const by = (filter?.value ?? 'all') as EvidenceFilter;
    chosen = everything.filter(
      (row) =>
        passes(row, by) &&
        (wanted === '' ||
          [row.answer, row.reasoning, row.error?.message, row.expected?.join(' '), row.key].some((field) =>
            field?.toLowerCase().includes(wanted),
          )),
    );
    shown = 0;
    list?.replaceChildren();
    grow();
    if (found !== null)
      found.textContent = text(state.lang, 'found', { found: chosen.length, total: everything.length });
  }

  more.addEventListener('click', grow);
  filter.addEventListener('change', () => void update());
  let waiting = 0;
  search.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => void update(), 120);
  });
  section.querySelector('form')?.addEventListener('submit', (event) => event.preventDefault());
  // Misses first: they are why one reads a report.
  filter.value = 'misses';
  const near = new IntersectionObserver(([entry]) => {
    if (entry?.isIntersecting !== true) return;
    near.disconnect();
    void update();
  });
  near.observe(section);
  return {
    redraw: () => {
      if (all !== null) void update();
    },
  };
}
