import type { Ending } from './ending.ts';

/** As Field Nation writes it: floor(100·weight/max_points) and a percent sign. */
export function widthOf({ applies, criterion }: Pick<Ending, 'applies' | 'criterion'>, maxPoints: number): string {
  return !applies || maxPoints === 0 ? '0%' : `${Math.floor((100 * criterion.weight) / maxPoints)}%`;
}
