import { type FactUnit, toWrittenNumber } from '../domain/fact.ts';
import type { JsonValue } from '../domain/json.ts';
import { formatCents } from '../domain/money.ts';
import { writtenTime } from './report.ts';

const SUFFIXES: { readonly [unit in FactUnit]: string } = {
  count: '',
  points: ' points',
  stars: ' stars',
  percent: ' %',
  miles: ' mi',
  usd: '',
  hours: ' h',
  minutes: ' min',
  timestamp: '',
  id: '',
};

/** A fact's kept value as people write it: 470 with unit stars is `4.7 stars`. `unit` null: a fact without one. */
export function factText(value: JsonValue, unit: FactUnit | null): string {
  if (value === null) return 'unknown';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value, unit);
  return Array.isArray(value) ? value.map((item) => factText(item, unit)).join(', ') || 'none' : JSON.stringify(value);
}

function numberText(kept: number, unit: FactUnit | null): string {
  if (unit === null) return String(kept);
  if (unit === 'usd') return formatCents(kept);
  if (unit === 'timestamp') return writtenTime(kept);
  return `${toWrittenNumber(kept, unit)}${SUFFIXES[unit]}`;
}

/** `294.5` from thousandths of a point. */
export function pointsText(milli: number): string {
  return String(milli / 1000);
}

/** The same with one decimal, for a narrow column: `14.8` from 14,812. */
export function roundedPoints(milli: number): string {
  return String(Math.round(milli / 100) / 10);
}

/** `3 min`, `5 h`, `12 d`: how old a fact is, rounded down; below a minute it is `now`. */
export function ageText(ageMs: number): string {
  const minutes = Math.floor(ageMs / 60_000);
  if (minutes < 1) return 'now';
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}

/** `50 min`, `4 h 43 min`, `2 d 3 h`: how long something took, in two units at most. */
export function durationText(ms: number): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  const parts =
    days > 0 ? [[days, 'd'] as const, [hours, 'h'] as const] : [[hours, 'h'] as const, [minutes % 60, 'min'] as const];
  return parts.flatMap(([count, unit]) => (count > 0 ? [`${count} ${unit}`] : [])).join(' ') || '0 min';
}
