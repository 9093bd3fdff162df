import { comparable } from '../scorers/comparable.ts';

/** Shorter numbers stand in any answer: a year, a page, the third of four. */
const leastDigits = 4;
const uuid = /(?<![\p{L}\p{N}])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\p{L}\p{N}])/gu;

/**
 * Whether an answer offers other values of the target's kind beside the targets: numbers with as many digits as one of
 * them (four or more), or UUIDs where one of them is a UUID. What the question names is no offer. Targets of any other kind
 * have no alternatives that could be told from words, so answers to them never count as hedged.
 */
export function offersOthers(
  text: string,
  { target, question }: { readonly target: readonly string[]; readonly question: string | null },
): boolean {
  const accepted = target.map(comparable);
  const known = new Set([...accepted, ...valuesIn(comparable(question ?? ''))]);
  const kinds = new Set(accepted.map(kindOf).filter((kind) => kind !== null));
  return valuesIn(comparable(text)).some((value) => kinds.has(kindOf(value) ?? '') && !known.has(value));
}

/** Whole numbers and UUIDs. */
function valuesIn(text: string): readonly string[] {
  const uuids = text.match(uuid) ?? [];
  return [...uuids, ...(text.replace(uuid, ' ').match(/\d+/g) ?? [])];
}

function kindOf(value: string): string | null {
  if (/^\d+$/.test(value)) return value.length >= leastDigits ? `${value.length} digits` : null;
  return value.match(uuid)?.[0] === value ? 'uuid' : null;
}
