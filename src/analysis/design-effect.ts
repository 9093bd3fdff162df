/** Assumed where the data cannot tell how alike the cells of one cluster are. */
export const defaultIcc = 0.1;

/** Fewer degrees of freedom between clusters than this give an estimate too unsteady to widen less than the default. */
const steadyDegrees = 8;

/**
 * The intraclass correlation of scores, from 0 to 1, pooled over strata (lengths): `strata[length][cluster]` holds the
 * scores of one cluster. The one-way analysis-of-variance estimator for unequal cluster sizes (Donner and Koval, "The
 * estimation of intraclass correlation in the analysis of family data", Biometrics 36, 1980), its sums of squares added up
 * within lengths, so that a fall with length does not pass for likeness. `defaultIcc` where it cannot be estimated:
 * no length has two clusters, no cluster has two scores, or all scores of each length are equal. With fewer than 8
 * degrees of freedom between clusters `defaultIcc` is the least it returns.
 */
export function pooledIcc(strata: readonly (readonly (readonly number[])[])[]): number {
  let squaresBetween = 0;
  let squaresWithin = 0;
  let degreesBetween = 0;
  let degreesWithin = 0;
  let sizeSum = 0;
  for (const stratum of strata) {
    const clusters = stratum.filter((cluster) => cluster.length > 0);
    if (clusters.length < 2) continue;
    const all = clusters.flat();
    const mean = meanOf(all);
    for (const cluster of clusters) {
      const own = meanOf(cluster);
      squaresBetween += cluster.length * (own - mean) ** 2;
      squaresWithin += cluster.reduce((sum, value) => sum + (value - own) ** 2, 0);
    }
    degreesBetween += clusters.length - 1;
    degreesWithin += all.length - clusters.length;
    sizeSum += all.length - clusters.reduce((sum, cluster) => sum + cluster.length ** 2, 0) / all.length;
  }
  if (degreesBetween === 0 || degreesWithin === 0) return defaultIcc;
  const between = squaresBetween / degreesBetween;
  const within = squaresWithin / degreesWithin;
  const size = sizeSum / degreesBetween;
  const total = between + (size - 1) * within;
  // Means of equal scores differ from them by rounding only: that is no variance.
  if (total < 1e-12) return defaultIcc;
  const icc = Math.min(1, Math.max(0, (between - within) / total));
  return degreesBetween < steadyDegrees ? Math.max(icc, defaultIcc) : icc;
}

/**
 * By how much clustering inflates the variance of a mean: 1 + (m − 1)·ICC, at least 1, with m the size-weighted mean of
 * the cluster sizes, Σm²/Σm (Kish, Survey Sampling, 1965). 1 where there are no clusters.
 */
export function designEffect(clusterSizes: readonly number[], icc: number): number {
  const cells = clusterSizes.reduce((sum, size) => sum + size, 0);
  if (cells === 0) return 1;
  const size = clusterSizes.reduce((sum, each) => sum + each * each, 0) / cells;
  return Math.max(1, 1 + (size - 1) * icc);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
