import { percentNumber } from '../axis-labels.ts';
import type { PageNeedle, PageRow } from '../html/page-row.ts';
import { type StringKey, text } from '../html/strings.ts';
import { rowFacts } from './detail-facts.ts';
import { element, type PageState, visible } from './state.ts';

const quote = (content: string, id = ''): HTMLElement =>
  element(
    'div',
    { class: 'quote', dir: 'auto', tabindex: '0', ...(id === '' ? {} : { id }) },
    visible(content),
  );

function clipped(value: string, length: number | null | undefined, state: PageState, id = ''): HTMLElement[] {
  const shown = quote(value === '' ? text(state.lang, 'empty_answer') : value, id);
  if (typeof length !== 'number') return [shown];
  return [shown, element('small', {}, text(state.lang, 'clipped', { shown: value.length, length }))];
}

function needleParts(
  [asked, depth, offset, before, needle, after]: PageNeedle,
  state: PageState,
): HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (needle === null) {
    parts.push(element('small', {}, text(state.lang, 'needle_dropped')));
  } else {
    const around = (content: string | null): HTMLElement =>
      element('span', { class: 'around' }, visible(content ?? ''));
    const marked = element('mark', {}, visible(needle));
    parts.push(
      element('div', { class: 'quote', dir: 'auto', tabindex: '0' }, around(before), marked, around(after)),
    );
  }
  if (depth !== null) {
    const at = { asked: percentNumber(asked ?? depth), depth: percentNumber(depth, 2), offset: offset ?? 0 };
    // Where in the text the needle lies, to be seen at once.
    const bar = element(
      'div',
      { class: 'where-bar', 'aria-hidden': 'true' },
      element('i', { style: `left:${(depth * 100).toFixed(2)}%` }),
    );
    parts.push(bar, element('small', {}, text(state.lang, 'needle_at', at)));
  }
  return parts;
}

/** A word for a shell: as it is where that is safe, else in single quotes. */
function shellWord(value: string): string {
  return /^[\w./@:+-]+$/.test(value) ? value : `'${value.replace(/'/g, `'\\''`)}'`;
}

/** The command that prints the prompt of a row. */
function promptCommand(folder: string, key: string): HTMLElement {
  const command = `needlescope show ${shellWord(folder)} ${key.slice(0, 16)}`;
  return element('code', { class: 'command', tabindex: '0' }, visible(command));
}

/** All that is known of one row; `folder` is its run's, null where the prompt cannot be made again. */
export function rowBody(row: PageRow, folder: string | null, state: PageState): HTMLElement {
  const title = (key: StringKey): HTMLElement => element('h3', {}, text(state.lang, key));
  const context = element('div');
  const needles = row.needles ?? [];
  if (row.attempts && needles.length > 0) {
    context.append(title('needle'), ...needles.flatMap((needle) => needleParts(needle, state)));
  }
  const exchange = element('div');
  if (typeof row.question === 'string') exchange.append(title('question'), quote(row.question));
  if (row.expected) exchange.append(title('expected'), quote(row.expected.join(' · ')));
  if (typeof row.answer === 'string')
    exchange.append(title('answer'), ...clipped(row.answer, row.answerLength, state, 'answer'));
  if (typeof row.reasoning === 'string')
    exchange.append(title('reasoning'), ...clipped(row.reasoning, row.reasoningLength, state));
  if (row.error) {
    const status = row.error.status === null ? '' : ` (HTTP ${row.error.status})`;
    exchange.append(title('error'), quote(`${row.error.code}${status}: ${row.error.message}`));
  }
  const facts = rowFacts(row, state).map(([key, value]) =>
    element('div', {}, element('dt', {}, text(state.lang, key)), element('dd', {}, visible(value))),
  );
  const figures = element('div', {}, element('dl', { id: 'facts' }, ...facts));
  if (folder !== null && row.attempts) figures.append(title('show_prompt'), promptCommand(folder, row.key));
  return element(
    'div',
    { class: 'detail-body' },
    ...[context, exchange, figures].filter((part) => part.hasChildNodes()),
  );
}
