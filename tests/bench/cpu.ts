/** CPU milliseconds of this process so far, all threads. */
function cpuNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** CPU milliseconds that `work` takes at its best of `times` goes: other people's work on the machine only ever adds. */
export async function cpuMs(work: () => unknown, times = 3): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i++) {
    const before = cpuNow();
    await work();
    best = Math.min(best, cpuNow() - before);
  }
  return best;
}
