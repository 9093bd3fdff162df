import { atLeast, atMost, type Figure, told } from '../figure.ts';
import { measureRequests, type RequestFigures } from './measure.ts';

/** The plain client's CPU over ours, at the least. */
const cpuBar = 6;
/** Megabytes from one call at a time to 32. */
const memoryBarMb = 40;

/** What a million-token request costs us and the openai package as others use it, measured in one run. */
export async function requestFigures(requests = 96): Promise<readonly Figure[]> {
  const concurrencies = [1, 8, 32];
  const figures = await measureRequests({ concurrencies, requests });
  const of = (mode: RequestFigures['mode'], concurrency: number): RequestFigures => {
    const found = figures.find((row) => row.mode === mode && row.concurrency === concurrency);
    if (found === undefined) throw new Error(`no figure of ${mode} at ${concurrency}`);
    return found;
  };
  const growth = (mode: RequestFigures['mode']): number => of(mode, 32).peakMb - of(mode, 1).peakMb;
  return [
    ...concurrencies.flatMap((at) => [
      told(`plain client, ${at} at once: CPU a request`, of('plain', at).cpuMs, 'ms'),
      told(`plain client, ${at} at once: most memory`, of('plain', at).peakMb, 'MB'),
      told(`ours, ${at} at once: CPU a request`, of('ours', at).cpuMs, 'ms'),
      told(`ours, ${at} at once: most memory`, of('ours', at).peakMb, 'MB'),
      atLeast(`plain CPU / ours, ${at} at once`, of('plain', at).cpuMs / of('ours', at).cpuMs, cpuBar),
    ]),
    told('plain client: memory from 1 at once to 32', growth('plain'), 'MB'),
    atMost('ours: memory from 1 at once to 32', growth('ours'), memoryBarMb, 'MB'),
  ];
}
