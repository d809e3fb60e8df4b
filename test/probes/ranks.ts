// Whether one of two series is larger than the other, by ranks alone: a few wild values of a busy machine change nothing.

/**
 * How often a value of `a` is above one of `b`, of all pairs, ties half (Mann and Whitney 1947, U / (n·m)).
 * @returns 0.5 for series that are alike, 0 or 1 for series that do not even touch
 */
export function shareAbove(a: readonly number[], b: readonly number[]): number {
  let above = 0;
  for (const x of a) for (const y of b) above += x > y ? 1 : x === y ? 0.5 : 0;
  return above / (a.length * b.length);
}

/**
 * How far from 0.5 the share may be by chance. @param deviations in standard deviations of the share where nothing differs
 */
export function chance(n: number, m: number, deviations: number): number {
  return deviations * Math.sqrt((n + m + 1) / (12 * n * m));
}
