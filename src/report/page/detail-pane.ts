import { percentNumber } from '../axis-labels.ts';
import { placeLines } from '../captions.ts';
import type { PageRow } from '../html/page-data.ts';
import { text } from '../html/strings.ts';
import type { ClippedText, RowNeedle } from '../report-row.ts';
import type { PageIndex } from './data.ts';
import { outcomeText, rowFacts } from './detail-facts.ts';
import { element, type PageState } from './state.ts';

export interface DetailPane {
  /** Shows a place, one of its trials first; `back` gets the focus when the pane closes. */
  open(
    place: { panel: number; depth: number; length: number },
    key: string | null,
    back: HTMLElement | null,
  ): void;
  /** Shows a row by its key or a prefix of 12 or more; says so where there is none. */
  openKey(prefix: string): { panel: number; depth: number; length: number } | null;
  redraw(): void;
}

/** Characters that no reader sees but a display obeys are written out: an answer must not rearrange itself. */
function visible(value: string): string {
  return value.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (char) => `‹U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}›`,
  );
}

/** The pane of evidence at the lower edge of the window. */
export function createDetailPane(pane: HTMLElement, data: PageIndex, state: PageState): DetailPane {
  let current: { panel: number; depth: number; length: number; key: string | null } | null = null;
  let back: HTMLElement | null = null;

  const quote = (content: string, id = ''): HTMLElement =>
    element('div', { class: 'quote', dir: 'auto', ...(id === '' ? {} : { id }) }, visible(content));

  function clipped(value: ClippedText, id = ''): HTMLElement[] {
    const shown = value.text === '' ? text(state.lang, 'empty_answer') : value.text;
    const cut =
      value.length > value.text.length
        ? [
            element(
              'small',
              {},
              text(state.lang, 'clipped', { shown: value.text.length, length: value.length }),
            ),
          ]
        : [];
    return [quote(shown, id), ...cut];
  }

  function needleParts(needle: Partial<RowNeedle>): HTMLElement[] {
    const parts: HTMLElement[] = [];
    if (typeof needle.needle === 'string') {
      parts.push(
        element(
          'div',
          { class: 'quote', dir: 'auto' },
          element('span', { class: 'around' }, `${visible(needle.before ?? '')}`),
          element('mark', {}, visible(needle.needle)),
          element('span', { class: 'around' }, visible(needle.after ?? '')),
        ),
      );
    } else {
      parts.push(element('small', {}, text(state.lang, 'needle_dropped')));
    }
    if (typeof needle.depth === 'number') {
      const at = {
        asked: percentNumber(needle.requestedDepth ?? needle.depth),
        depth: percentNumber(needle.depth, 2),
        offset: needle.tokenOffset ?? 0,
      };
      parts.push(element('small', {}, text(state.lang, 'needle_at', at)));
    }
    return parts;
  }

  function rowBody(row: PageRow): HTMLElement {
    const { lang } = state;
    const title = (key: Parameters<typeof text>[1]): HTMLElement => element('h3', {}, text(lang, key));
    const context = element('div');
    const needles = row.needles ?? [];
    if (row.attempts !== 0 && needles.length > 0) {
      context.append(title('needle'), ...needles.flatMap(needleParts));
    }
    const exchange = element('div');
    if (typeof row.question === 'string') exchange.append(title('question'), quote(row.question));
    if (row.expected !== undefined) exchange.append(title('expected'), quote(row.expected.join(' · ')));
    if (row.answer) exchange.append(title('answer'), ...clipped(row.answer, 'answer'));
    if (row.reasoning) exchange.append(title('reasoning'), ...clipped(row.reasoning));
    if (row.error) {
      const status = row.error.status === null ? '' : ` (HTTP ${row.error.status})`;
      exchange.append(title('error'), quote(`${row.error.code}${status}: ${row.error.message}`));
    }
    const facts = rowFacts(row, lang).map(([key, value]) =>
      element('div', {}, element('dt', {}, text(lang, key)), element('dd', {}, visible(value))),
    );
    const figures = element('div', {}, element('dl', { id: 'facts' }, ...facts));
    return element(
      'div',
      { class: 'detail-body' },
      ...[context, exchange, figures].filter((part) => part.hasChildNodes()),
    );
  }

  function close(): void {
    pane.hidden = true;
    document.body.style.paddingBottom = '';
    current = null;
    history.replaceState(null, '', location.pathname + location.search);
    back?.focus();
  }

  function frame(heading: string, where: string, ...body: readonly HTMLElement[]): void {
    const closer = element('button', { type: 'button', id: 'detail-close' }, text(state.lang, 'close'));
    closer.addEventListener('click', close);
    const title = element('h2', { id: 'detail-title', tabindex: '-1' }, element('bdi', {}, visible(heading)));
    pane.replaceChildren(
      element(
        'div',
        { class: 'detail-head' },
        element('div', {}, title, element('div', { class: 'where' }, where)),
        closer,
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
    const figure = data.figures[panel];
    if (figure === undefined) return;
    const rows = data.rowsAt(panel, depth, length);
    const row = rows.find(({ key }) => key === current?.key) ?? rows[0];
    const lines = placeLines(figure, depth, length, state.lang).join(' · ');
    const heading = `${figure.model} · ${figure.task}`;
    if (row === undefined) {
      frame(heading, lines);
      return;
    }
    current.key = row.key;
    history.replaceState(null, '', `#cell=${row.key}`);
    const trials = element('div', { class: 'trials' });
    for (const each of rows.length > 1 ? rows : []) {
      const name = `${text(state.lang, 'trial', { n: (each.trial ?? 0) + 1 })}: ${outcomeText(each, state.lang)}`;
      const button = element('button', { type: 'button', 'aria-pressed': String(each === row) }, name);
      button.addEventListener('click', () => {
        if (current !== null) current.key = each.key;
        draw();
      });
      trials.append(button);
    }
    frame(heading, lines, ...(rows.length > 1 ? [trials] : []), rowBody(row));
  }

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !pane.hidden) close();
  });

  return {
    open(place, key, origin) {
      current = { ...place, key };
      back = origin;
      draw();
      document.getElementById('detail-title')?.focus();
    },
    openKey(prefix) {
      const row = data.rowOfKey(prefix);
      if (row === null) {
        frame(
          text(state.lang, 'evidence'),
          text(state.lang, 'row_unknown', { key: visible(prefix.slice(0, 80)) }),
        );
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
