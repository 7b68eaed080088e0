import { createHash } from 'node:crypto';
import { draw, integerBetween, pickFrom } from '../random.ts';
import {
  CERTIFICATIONS,
  FIRST_NAMES,
  KINDS_OF_WORK,
  LAST_NAMES,
  LICENSES,
  type NamedId,
  TALENT_POOLS,
} from './catalog.ts';
import type { Habits, Provider, Stars } from './nouns.ts';
import { METROS, placeNear } from './places.ts';

const DAY_MS = 86_400_000;

/** 40 hex digits, as the platform gives every resource. */
export function correlationId(seed: number, kind: string, id: number): string {
  return createHash('sha1').update(`${seed} ${kind} ${id}`).digest('hex');
}

/** One provider of the market; everything about it follows from seed and id. */
export function makeProvider(seed: number, id: number, startMs: number): Provider {
  const unit = (about: string): number => draw(seed, 'provider', id, about);
  const completed = makeTrades(seed, id);
  const rating = makeRating(unit);
  const completedForUs = unit('worked for us') < 0.5 ? 0 : integerBetween(unit('completed for us'), 1, 30);
  const isW2 = unit('w2') < 0.04;
  return {
    id,
    firstName: pickFrom(unit('first name'), FIRST_NAMES),
    lastName: pickFrom(unit('last name'), LAST_NAMES),
    correlationId: correlationId(seed, 'provider', id),
    home: placeNear(pickFrom(unit('metro'), METROS), 0.5, [unit('north'), unit('east'), unit('house')]),
    isW2,
    isMarketplace: !isW2,
    isManaged: unit('managed') < 0.05,
    isRoutable: unit('routable') >= 0.03,
    isBlocked: unit('blocked') < 0.02,
    isProtec: unit('protec') < 0.1,
    completed,
    completedElsewhere: integerBetween(unit('elsewhere'), 0, 120),
    completedForUs,
    rating,
    ourRating:
      rating === null || completedForUs === 0 ? null : { hundredths: rating.hundredths, count: completedForUs },
    onTimePercent: integerBetween(unit('on time'), 78, 100),
    cancelRate:
      unit('cancels much') < 0.8 ? integerBetween(unit('cancel'), 0, 450) : integerBetween(unit('cancel'), 500, 1500),
    blockRate:
      unit('blocked much') < 0.88 ? integerBetween(unit('block'), 0, 180) : integerBetween(unit('block'), 210, 800),
    talentPools: TALENT_POOLS.filter((pool) => draw(seed, 'pool', id, pool.id) < 0.12),
    backgroundCheckExpiresMs: expiry(unit('background check'), startMs, 0.7),
    drugTestExpiresMs: expiry(unit('drug test'), startMs, 0.5),
    certifications: some(CERTIFICATIONS, (item) => draw(seed, 'certified', id, item.id) < 0.25),
    licenses: some(LICENSES, (item) => draw(seed, 'licensed', id, item.id) < 0.15),
    insuredUsd: unit('insured') < 0.6 ? 1_000_000 * integerBetween(unit('coverage'), 1, 2) : null,
    habits: makeHabits(unit),
    bookings: new Map(),
  };
}

/** Two to four trades; about a quarter of them new to the provider. */
function makeTrades(seed: number, id: number): Map<number, number> {
  const wanted = integerBetween(draw(seed, 'trades', id), 2, 4);
  const ranked = [...KINDS_OF_WORK].sort(
    (one, other) => draw(seed, 'trade', id, one.id) - draw(seed, 'trade', id, other.id),
  );
  return new Map(
    ranked.slice(0, wanted).map((kind) => {
      const isNew = draw(seed, 'new to', id, kind.id) < 0.25;
      return [kind.id, integerBetween(draw(seed, 'completed', id, kind.id), isNew ? 0 : 5, isNew ? 4 : 140)];
    }),
  );
}

/** In the field 81 % of active providers have five stars; some have no rating at all. */
function makeRating(unit: (about: string) => number): Stars | null {
  if (unit('rated') < 0.07) return null;
  const hundredths = unit('five stars') < 0.81 ? 500 : integerBetween(unit('stars'), 300, 499);
  return { hundredths, count: integerBetween(unit('ratings'), 1, 160) };
}

function makeHabits(unit: (about: string) => number): Habits {
  const style = unit('style');
  return {
    style: style < 0.12 ? 'bot' : style < 0.27 ? 'route_only' : style < 0.35 ? 'silent' : 'asks',
    eagerness: 0.3 + 0.65 * unit('eagerness'),
    answerMedianMinutes: integerBetween(unit('answers'), 8, 120),
    acceptsRoutes: 0.35 + 0.6 * unit('accepts'),
    pricePercent: integerBetween(unit('price'), 85, 118),
    requestMinutes: 30 * integerBetween(unit('request minutes'), 1, 8),
    reachMiles: integerBetween(unit('reach'), 25, 100),
  };
}

/** Null: none on file. One in ten on file has run out. */
function expiry(unit: number, startMs: number, share: number): number | null {
  if (unit >= share) return null;
  const days = unit < share / 10 ? -30 : 30 + Math.floor((unit / share) * 600);
  return Math.floor(startMs / DAY_MS + days) * DAY_MS;
}

function some(items: readonly NamedId[], holds: (item: NamedId) => boolean): readonly NamedId[] {
  return items.filter(holds);
}
