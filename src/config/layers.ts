/** Where a setting came from, weakest first. A provider's address counts as preset. */
type Origin = 'default' | 'preset' | 'file' | 'flag';
export type Origins = Readonly<Record<string, Origin>>;

/** What each layer says of one setting; undefined where it says nothing. null is a value. */
interface Layers<Value> {
  readonly flag?: Value | undefined;
  readonly file?: Value | undefined;
  readonly preset?: Value | undefined;
  readonly fallback: Value;
}

/** Decides settings by defaults < preset < file < flag and remembers where each came from. */
export interface Decider {
  <Value>(path: string, layers: Layers<Value>): Value;
  readonly origins: Origins;
}

/** A decider that has decided nothing yet. */
export function createDecider(): Decider {
  const origins: Record<string, Origin> = {};
  const decide = <Value>(path: string, layers: Layers<Value>): Value => {
    for (const origin of ['flag', 'file', 'preset'] as const) {
      const value = layers[origin];
      if (value === undefined) continue;
      origins[path] = origin;
      return value;
    }
    origins[path] = 'default';
    return layers.fallback;
  };
  return Object.assign(decide, { origins });
}
