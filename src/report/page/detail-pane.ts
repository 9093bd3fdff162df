import { placeLines } from '../captions.ts';
import type { PageRow } from '../html/page-row.ts';
import { text } from '../html/strings.ts';
import { inStyle } from '../styles.ts';
import type { PageIndex, Place } from './data.ts';
import { outcomeText } from './detail-facts.ts';
import { rowBody } from './row-body.ts';
import { element, type PageState, visible } from './state.ts';

export interface DetailPane {
  /** Shows a place, the trial of `key` or the first; `back` gets the focus when the pane closes. */
  open(place: Place, key: string | null, back: HTMLElement | null): Promise<void>;
  /** Shows a row by its key or a prefix of 12 or more; says so where there is none. */
  openKey(prefix: string): Promise<Place | null>;
  redraw(): void;
}

/** A scored cell below full score, or one that has no score: what a reader looks for. */
const isMiss = (row: PageRow): boolean => row.outcome !== 'scored' || (row.score ?? 0) < 1;

export interface DetailPaneOptions {
  readonly pane: HTMLElement;
  readonly data: PageIndex;
  readonly state: PageState;
  /** A step to another place was taken inside the pane. */
  readonly moved: (place: Place) => void;
}

/** The pane of evidence at the lower edge of the window. */
export function createDetailPane({ pane, data, state, moved }: DetailPaneOptions): DetailPane {
  let current: (Place & { key: string | null }) | null = null;
  let back: HTMLElement | null = null;

  function close(): void {
    pane.hidden = true;
    document.body.style.paddingBottom = '';
    current = null;
    history.replaceState(null, '', location.pathname + location.search);
    back?.focus();
  }

  function frame(heading: string, where: string, ...body: readonly HTMLElement[]): void {
    const button = (id: string, key: Parameters<typeof text>[1], run: () => void): HTMLElement => {
      const made = element('button', { type: 'button', id }, text(state.lang, key));
      made.addEventListener('click', run);
      return made;
    };
    const steps = [
      button('previous-miss', 'previous_miss', () => void step(-1)),
      button('next-miss', 'next_miss', () => void step(1)),
    ];
    const buttons = element(
      'div',
      { class: 'detail-buttons' },
      ...(current === null ? [] : steps),
      button('detail-close', 'close', close),
    );
    const title = element('h2', { id: 'detail-title', tabindex: '-1' }, element('bdi', {}, visible(heading)));
    pane.replaceChildren(
      element(
        'div',
        { class: 'detail-head' },
        element('div', {}, title, element('div', { class: 'where' }, where)),
        buttons,
      ),
      ...body,
    );
    pane.hidden = false;
    pane.scrollTop = 0;
    // What lies at the end of the page must still be reachable above the pane.
    document.body.style.paddingBottom = `${pane.offsetHeight}px`;
  }

  function draw(): void {
    if (current === null) return;
    const { panel, depth, length } = current;
    const plain = data.figures[panel];
    if (plain === undefined) return;
    const rows = data.rowsAt(current);
    const row = rows.find(({ key }) => key === current?.key) ?? rows[0];
    const lines = placeLines(inStyle(plain, state.style), depth, length, state).join(' · ');
    const heading = `${plain.model} · ${plain.task}`;
    if (row === undefined) {
      frame(heading, lines, element('p', { class: 'note' }, text(state.lang, 'place_unasked')));
      return;
    }
    current.key = row.key;
    history.replaceState(null, '', `#cell=${row.key}`);
    const trials = element('div', { class: 'trials' });
    for (const each of rows.length > 1 ? rows : []) {
      const name = `${text(state.lang, 'trial', { n: each.trial + 1 })}: ${outcomeText(each, state)}`;
      const button = element('button', { type: 'button', 'aria-pressed': String(each === row) }, name);
      button.addEventListener('click', () => {
        if (current !== null) current.key = each.key;
        draw();
      });
      trials.append(button);
    }
    frame(
      heading,
      lines,
      ...(rows.length > 1 ? [trials] : []),
      rowBody(row, data.folders[panel] ?? null, state),
    );
  }

  /** Goes to the next miss of the same panel, then of the panels after it, around the end. */
  async function step(direction: 1 | -1): Promise<void> {
    const from = current;
    if (from === null) return;
    const panels = data.figures.length;
    for (let turn = 0; turn <= panels; turn++) {
      const panel = (from.panel + direction * turn + panels * panels) % panels;
      const rows = await data.rowsOf(panel);
      const here = turn === 0 ? rows.findIndex(({ key }) => key === from.key) : -1;
      const ordered =
        direction === 1 ? rows.slice(here + 1) : [...rows.slice(0, here === -1 ? undefined : here)].reverse();
      const found = ordered.find(isMiss);
      if (found === undefined || found.key === from.key) continue;
      const place = { panel, depth: found.depthIndex, length: found.lengthIndex };
      current = { ...place, key: found.key };
      draw();
      moved(place);
      document.getElementById(direction === 1 ? 'next-miss' : 'previous-miss')?.focus();
      return;
    }
    const where = pane.querySelector('.where');
    if (where !== null) where.textContent = text(state.lang, 'no_miss');
  }

  document.addEventListener('keydown', (event) => {
    if (pane.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === 'Escape') close();
    else if (!typing && event.key === 'n') void step(1);
    else if (!typing && event.key === 'p') void step(-1);
  });

  return {
    async open(place, key, origin) {
      current = { ...place, key };
      back = origin;
      await data.load(place.panel);
      draw();
      document.getElementById('detail-title')?.focus({ preventScroll: true });
    },
    async openKey(prefix) {
      const row = await data.rowOfKey(prefix);
      if (row === null) {
        current = null;
        const key = visible(prefix.slice(0, 80));
        frame(text(state.lang, 'evidence'), text(state.lang, 'row_unknown', { key }));
        return null;
      }
      const place = { panel: row.panel, depth: row.depthIndex, length: row.lengthIndex };
      current = { ...place, key: row.key };
      draw();
      return place;
    },
    redraw: () => {
      if (!pane.hidden) draw();
    },
  };
}
