import type { PageData } from '../html/page-data.ts';
import { fromColumns, type PageColumns, type PageRow } from '../html/page-row.ts';
import { unpack, wholePage } from './unpack.ts';

export interface Place {
  readonly panel: number;
  readonly depth: number;
  readonly length: number;
}

/** The page's data, with the rows of a panel unpacked when they are asked for. */
export interface PageIndex extends PageData {
  /** Unpacks the rows of a panel. */
  load(panel: number): Promise<void>;
  /** The unpacked rows of a place, by trial. */
  rowsAt(place: Place): readonly PageRow[];
  /** All rows of a panel in the order of length, depth and trial. */
  rowsOf(panel: number): Promise<readonly PageRow[]>;
  /** The first row whose key starts with a prefix of 12 or more hex digits. */
  rowOfKey(prefix: string): Promise<PageRow | null>;
}

const leastPrefix = 12;

/** Reads the data out of the page. */
export async function readData(): Promise<PageIndex> {
  const data = JSON.parse(await unpack(document.getElementById('data')?.textContent ?? '')) as PageData;
  const rows: PageRow[][] = data.figures.map(() => []);
  const places = new Map<string, PageRow[]>();
  const loads = new Map<number, Promise<void>>();
  const nameOf = ({ panel, depth, length }: Place): string => `${panel} ${depth} ${length}`;

  async function unpackPanel(panel: number): Promise<void> {
    await wholePage;
    const parts = document.querySelectorAll('script.rows');
    for (const [index, owner] of data.parts.entries()) {
      const part = parts[index];
      if (owner !== panel || part === undefined) continue;
      for (const row of fromColumns(JSON.parse(await unpack(part.textContent ?? '')) as PageColumns)) {
        rows[panel]?.push(row);
        const place = nameOf({ panel, depth: row.depthIndex, length: row.lengthIndex });
        const here = places.get(place);
        if (here === undefined) places.set(place, [row]);
        else here.push(row);
      }
      // What is unpacked need not be kept twice.
      part.textContent = '';
    }
  }
  const load = (panel: number): Promise<void> => {
    const begun = loads.get(panel) ?? unpackPanel(panel);
    loads.set(panel, begun);
    return begun;
  };
  const rowsOf = async (panel: number): Promise<readonly PageRow[]> => {
    await load(panel);
    return rows[panel] ?? [];
  };
  return {
    ...data,
    load,
    rowsOf,
    rowsAt: (place) => places.get(nameOf(place)) ?? [],
    rowOfKey: async (prefix) => {
      if (prefix.length < leastPrefix) return null;
      for (const panel of data.figures.keys()) {
        const found = (await rowsOf(panel)).find(({ key }) => key.startsWith(prefix));
        if (found !== undefined) return found;
      }
      return null;
    },
  };
}
