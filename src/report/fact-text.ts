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

/** `3 min`, `5 h`, `12 d`: how long ago, rounded down; an age below a minute is `now`. */
export function ageText(ageMs: number): string {
  const minutes = Math.floor(ageMs / 60_000);
  if (minutes < 1) return 'now';
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}
