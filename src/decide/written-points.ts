/** Milli-points as people read points: `175`, or `187.5` as text, for the ledger keeps integers only. */
export function writtenPoints(pointsMilli: number): number | string {
  return pointsMilli % 1000 === 0 ? pointsMilli / 1000 : String(pointsMilli / 1000);
}
