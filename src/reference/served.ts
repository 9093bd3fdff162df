import { type Dress, plainDress } from './dress.ts';
import { type DressName, dresses } from './dresses.ts';
import { knownAnswerModels, type Profile, profileOfModel } from './profiles.ts';

/** Tokens that a chat template adds to the first message, its generation prompt included, and to each further one. */
export interface Template {
  readonly first: number;
  readonly further: number;
}

/** The template of the endpoint's own models. */
export const plainTemplate: Template = { first: 8, further: 5 };

/** A model as the endpoint serves it. */
export interface ServedModel {
  /** What it is, whatever it was asked for as: `known-answer/<profile>`. */
  readonly is: string;
  readonly profile: Profile;
  readonly template: Template;
}

/** An id that stands for a known-answer model, so that a preset can be asked for by its own id. Results still say what answered. */
export interface Alias {
  /** `known-answer/<profile>`. @default known-answer/perfect-1m */
  readonly is?: string;
  /** Tokens. @default the profile's */
  readonly window?: number;
  /** Tokens that the template adds to the first message. @default 8 */
  readonly templateTokens?: number;
}

/** What an endpoint serves, and in which words. */
export interface Wardrobe {
  readonly dress: Dress;
  /** In the order of the list. */
  readonly ids: readonly string[];
  find(id: string): ServedModel | undefined;
}

/** The endpoint's own models and the aliases, in the words of a dress. Throws a RangeError for an alias of nothing. */
export function wardrobe(name: DressName | null, aliases: Readonly<Record<string, Alias>>): Wardrobe {
  const dress: Dress = name === null ? plainDress : dresses[name];
  const others = new Map(Object.entries(aliases).map(([id, alias]) => [id, servedAs(alias, dress)]));
  return {
    dress,
    // A server that is dressed for one model lists that model alone, as those that people run do.
    ids: [...others.keys(), ...(name === null || others.size === 0 ? knownAnswerModels() : [])],
    find: (id) => {
      const profile = profileOfModel(id);
      return others.get(id) ?? (profile && { is: id, profile, template: plainTemplate });
    },
  };
}

function servedAs(alias: Alias, dress: Dress): ServedModel {
  const { is = 'known-answer/perfect-1m', templateTokens = plainTemplate.first } = alias;
  const profile = profileOfModel(is);
  if (profile === undefined) throw new RangeError(`no model ${is}`);
  const window = alias.window ?? profile.window;
  const halves = dress.overLength === 'halve' && profile.overLength.kind === 'refuse';
  return {
    is,
    profile: {
      ...profile,
      window,
      overLength: halves ? { kind: 'halve', limit: window } : profile.overLength,
    },
    template: { ...plainTemplate, first: templateTokens },
  };
}
