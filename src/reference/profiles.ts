import { NeedlescopeError } from '../core/errors.ts';

/** A block of the grid where a fact goes unseen. Both ends of each range belong to it. */
interface BlindSpot {
  readonly lengthFrom: number;
  readonly lengthTo: number;
  readonly depthFrom: number;
  readonly depthTo: number;
}

/** Which facts a profile attends to. `fades` sees everything up to `from` tokens, then a shrinking share at the end. */
export type Sight =
  | { readonly kind: 'all' }
  | { readonly kind: 'blind-spots'; readonly spots: readonly BlindSpot[] }
  | { readonly kind: 'fades'; readonly from: number };

/** What happens to a request whose prompt and answer together pass `limit` tokens. */
type OverLength =
  | { readonly kind: 'refuse' }
  | { readonly kind: 'keep-tail'; readonly limit: number }
  | { readonly kind: 'halve'; readonly limit: number };

/** How a profile speaks. `distracted` prefers a look-alike, `invents` makes up what it does not see. */
export type Manner = 'plain' | 'distracted' | 'invents' | 'refuses' | 'thinks';

/** One row of the known-answer endpoint: what its model sees, does with long prompts, and says. */
export interface Profile {
  readonly summary: string;
  /** `max_model_len` as the endpoint tells it, in tokens. A silent cutter claims more than it reads. */
  readonly window: number;
  readonly overLength: OverLength;
  readonly sight: Sight;
  readonly manner: Manner;
  readonly firstTokenMs: number;
  readonly perTokenMs: number;
  /** Share of requests answered by a fault, 0 to 1. */
  readonly faultRate: number;
}

/** Where a fact stands. `contextLength` in tokens: the whole prompt, template included, and the answer asked for. */
export interface Place {
  readonly contextLength: number;
  /** Characters of the document before the fact over characters of the document without it, 0 to 1. */
  readonly depth: number;
}

const plain: Profile = {
  summary: 'Sees everything in a window of 1,100,000 tokens.',
  window: 1_100_000,
  overLength: { kind: 'refuse' },
  sight: { kind: 'all' },
  manner: 'plain',
  firstTokenMs: 0,
  perTokenMs: 0,
  faultRate: 0,
};

// Ranges end between the depths people ask for (steps of 5, 7, 9, 10 and 25 %) and beyond both 8,000 and 8,192:
// a fact lands up to half a sentence off its depth, and must not change sides by that.
const middleFrom4k: BlindSpot = {
  lengthFrom: 4_400,
  lengthTo: Number.POSITIVE_INFINITY,
  depthFrom: 0.325,
  depthTo: 0.675,
};

/** A blind spot around one place of a published grid: within 4 % of its length and 4 points of its depth. */
function around(contextLength: number, depth: number): BlindSpot {
  return {
    lengthFrom: contextLength * 0.96,
    lengthTo: contextLength * 1.04,
    depthFrom: depth - 0.04,
    depthTo: depth + 0.04,
  };
}

/** The rows of the known-answer endpoint by name; its models are called `known-answer/<name>`. */
export const profiles = {
  perfect: { ...plain, summary: 'Sees everything in a window of 131,072 tokens.', window: 131_072 },
  'perfect-1m': plain,
  'window-8k': {
    ...plain,
    summary: 'Refuses prompts that do not fit 8,192 tokens together with the answer asked for.',
    window: 8_192,
  },
  'truncates-8k': {
    ...plain,
    summary: 'Claims 131,072 tokens, keeps the last 8,192 in silence and counts only those.',
    window: 131_072,
    overLength: { kind: 'keep-tail', limit: 8_192 },
  },
  halves: {
    ...plain,
    summary: 'Claims 131,072 tokens; past 8,192 it keeps the first words and the tail, 4,098 tokens in all.',
    window: 131_072,
    overLength: { kind: 'halve', limit: 8_192 },
  },
  'lost-in-the-middle': {
    ...plain,
    summary: 'From 4,400 tokens on misses what stands between 32.5 % and 67.5 % of the text.',
    sight: { kind: 'blind-spots', spots: [middleFrom4k] },
  },
  // 3 % above the name, so that 16,384 and 65,536 are still whole.
  fades: {
    ...plain,
    summary: 'Sees everything to 16K tokens; beyond, only about the last 16K of them.',
    sight: { kind: 'fades', from: 16_475 },
  },
  'fade-64k': {
    ...plain,
    summary: 'Sees everything to 64K tokens; beyond, only about the last 64K of them.',
    sight: { kind: 'fades', from: 65_900 },
  },
  patchy: {
    ...plain,
    summary: 'Misses blocks of the grid at 2K, 8K, 16K, 32K and 64K tokens.',
    sight: {
      kind: 'blind-spots',
      spots: [
        { lengthFrom: 1_700, lengthTo: 2_300, depthFrom: 0.465, depthTo: 0.535 },
        { lengthFrom: 7_400, lengthTo: 8_800, depthFrom: 0.675, depthTo: 0.825 },
        { lengthFrom: 14_500, lengthTo: 17_500, depthFrom: 0.165, depthTo: 0.325 },
        { lengthFrom: 30_500, lengthTo: 34_000, depthFrom: 0.465, depthTo: 0.885 },
        { lengthFrom: 61_000, lengthTo: 68_000, depthFrom: 0, depthTo: 0.065 },
      ],
    },
  },
  // Depths and lengths as read off deepseek-ai/DeepSeek-V2 figures/niah.png: the places whose score is below 10 of 10.
  'published-deepseek-v2-cells': {
    ...plain,
    summary:
      'Misses the four places that score below 10 in the published chart of DeepSeek-V2 Base: 35K at 27, 36 and 64 %, 104K at 45 %.',
    sight: {
      kind: 'blind-spots',
      spots: [around(35_000, 0.27), around(35_000, 0.36), around(35_000, 0.64), around(104_000, 0.45)],
    },
  },
  distractible: {
    ...plain,
    summary: 'Sees everything, and answers with a look-alike of the fact wherever the text has one.',
    manner: 'distracted',
  },
  hallucinates: {
    ...plain,
    summary: 'Sees like lost-in-the-middle, and makes up a number for whatever it does not see.',
    sight: { kind: 'blind-spots', spots: [middleFrom4k] },
    manner: 'invents',
  },
  refuses: { ...plain, summary: 'Declines to answer anything.', manner: 'refuses' },
  thinks: {
    ...plain,
    summary: 'Thinks about sixty words before each answer; a smaller answer budget ends in the thoughts.',
    manner: 'thinks',
  },
  flaky: {
    ...plain,
    summary: 'Fails three requests in ten: 429, 500, 502, 503, resets, half answers, errors inside a 200.',
    faultRate: 0.3,
  },
  slow: {
    ...plain,
    summary: 'Waits 300 ms before its first word and 5 ms before each further one.',
    firstTokenMs: 300,
    perTokenMs: 5,
  },
} as const satisfies Record<string, Profile>;
type ProfileName = keyof typeof profiles;

const modelPrefix = 'known-answer/';

/** Ids of all models of the endpoint, in the order of the table. */
export function knownAnswerModels(): readonly string[] {
  return Object.keys(profiles).map((name) => modelPrefix + name);
}

/** The profile behind a model's id, `known-answer/<name>`; undefined where there is none. */
export function profileOfModel(model: string): Profile | undefined {
  return model.startsWith(modelPrefix) ? profileByName(model.slice(modelPrefix.length)) : undefined;
}

function profileByName(name: string): Profile | undefined {
  return Object.hasOwn(profiles, name) ? profiles[name as ProfileName] : undefined;
}

// Ends of the visible span that no usual grid of depths touches, see `middleFrom4k`.
const fadeSteps = [0, 0.125, 0.225, 0.325, 0.415, 0.525, 0.585, 0.675, 0.775, 0.875, 0.975] as const;

/** The depth from which a fading profile sees, 0 to 1: 1 − from/length, raised to the next of a few fixed steps. */
function fadeStart(from: number, contextLength: number): number {
  const share = 1 - from / contextLength;
  return fadeSteps.find((step) => step >= share) ?? 0.975;
}

/** Whether a profile attends to a fact at that place. Windows are another matter: see `plantedOutcome`. */
export function sees(sight: Sight, place: Place): boolean {
  if (sight.kind === 'all') return true;
  if (sight.kind === 'fades') return place.depth >= fadeStart(sight.from, place.contextLength);
  return !sight.spots.some(
    (spot) =>
      place.contextLength >= spot.lengthFrom &&
      place.contextLength <= spot.lengthTo &&
      place.depth >= spot.depthFrom &&
      place.depth <= spot.depthTo,
  );
}

export type PlantedOutcome = 'found' | 'missed' | 'overflow' | 'truncated';

/**
 * What a cell of a lone fact must come to on a profile: found, missed (a miss, a refusal or an invention), refused for its
 * length, or cut in silence. `thinks` is found where the answer budget leaves room for its thoughts. Throws `unknown_name`.
 */
export function plantedOutcome(name: string, place: Place): PlantedOutcome {
  const profile = profileByName(name);
  if (profile === undefined) {
    throw new NeedlescopeError(
      'unknown_name',
      `expected a known-answer profile, got ${JSON.stringify(name)}`,
      {
        hint: `one of: ${Object.keys(profiles).join(', ')}`,
      },
    );
  }
  const { overLength, sight, manner } = profile;
  if (overLength.kind === 'refuse' && place.contextLength > profile.window) return 'overflow';
  if (overLength.kind !== 'refuse' && place.contextLength > overLength.limit) return 'truncated';
  return sees(sight, place) && manner !== 'refuses' ? 'found' : 'missed';
}

/** Whether a lone fact at that place must be found: the truth that recovered grids are compared with. */
export function plantedVisible(name: string, place: Place): boolean {
  return plantedOutcome(name, place) === 'found';
}
