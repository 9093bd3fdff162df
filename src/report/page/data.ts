import type { PageData, PageRow } from '../html/page-data.ts';

/** The page's data with its rows found by place and by key. */
export interface PageIndex extends PageData {
  /** Rows of a place, by trial. */
  rowsAt(panel: number, depth: number, length: number): readonly PageRow[];
  /** The first row whose key starts with a prefix of 12 or more hex digits. */
  rowOfKey(prefix: string): PageRow | null;
}

/** Reads the data out of the page. */
export async function readData(): Promise<PageIndex> {
  const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as PageData;
  const places = new Map<string, PageRow[]>();
  for (const row of data.rows) {
    const place = `${row.panel} ${row.depthIndex} ${row.lengthIndex}`;
    const rows = places.get(place);
    if (rows === undefined) places.set(place, [row]);
    else rows.push(row);
  }
  for (const rows of places.values()) rows.sort((a, b) => (a.trial ?? 0) - (b.trial ?? 0));
  return {
    ...data,
    rowsAt: (panel, depth, length) => places.get(`${panel} ${depth} ${length}`) ?? [],
    rowOfKey: (prefix) =>
      prefix.length < 12 ? null : (data.rows.find((row) => row.key.startsWith(prefix)) ?? null),
  };
}
