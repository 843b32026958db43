/** Finds environment variables that are not settings although their names look like one. */

const MIN_LENGTH = 5;
/** Two edits of a shorter name would match too many other names. */
const MIN_LENGTH_FOR_TWO_EDITS = 8;
/** Names around `HOST`, which shells and platforms set. `PROXY_HOST` is two letters from `PROXY_HOPS`. */
const OF_OTHERS = /^HOST|_HOST$/;

export interface Misspelt {
  readonly name: string;
  /** The setting that was probably meant. */
  readonly setting: string;
}

/**
 * Variables whose names are one or two edits from the name of an unset setting: a missing, added or wrong letter, or
 * two swapped neighbours. The first letter must match, so that fewer unrelated names are reported.
 */
export function misspeltSettings(environment: NodeJS.ProcessEnv, settings: readonly string[]): Misspelt[] {
  const unset = settings.filter((setting) => !environment[setting]);
  return Object.keys(environment).flatMap((name) => {
    if (name.length < MIN_LENGTH || settings.includes(name) || OF_OTHERS.test(name)) return [];
    const isNear = (edits: number) => (setting: string) =>
      setting[0] === name[0] && isWithinEdits(edits, name, setting);
    const setting =
      unset.find(isNear(1)) ?? (name.length >= MIN_LENGTH_FOR_TWO_EDITS ? unset.find(isNear(2)) : undefined);
    return setting === undefined ? [] : [{ name, setting }];
  });
}

function isWithinEdits(edits: number, a: string, b: string): boolean {
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  const [x, y] = [a.slice(same), b.slice(same)];
  if (x === y) return true;
  if (edits === 0) return false;
  const next = (skippedOfA: number, skippedOfB: number) =>
    isWithinEdits(edits - 1, x.slice(skippedOfA), y.slice(skippedOfB));
  const isSwapped = x[0] === y[1] && x[1] === y[0];
  return next(1, 1) || next(1, 0) || next(0, 1) || (isSwapped && next(2, 2));
}
