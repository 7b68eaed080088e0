import { toLocalTime } from '../time-zone.ts';

export type WireDate = { readonly utc: string; readonly local: { readonly date: string; readonly time: string } };

/** What the platform sends where there is no date: empty strings, never null. */
export const NO_DATE: WireDate = { utc: '', local: { date: '', time: '' } };

/** `utc` without a zone mark; `local` on a wall clock at the work order's site. */
export function toWireDate(zone: string, atMs: number | null): WireDate {
  return atMs === null ? NO_DATE : { utc: toWireUtc(atMs), local: toLocalTime(zone, atMs) };
}

/** `2018-12-26 22:47:13` */
export function toWireUtc(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
}
