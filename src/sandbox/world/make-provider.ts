import { createHash } from 'node:crypto';
import { draw, integerBetween, integerIn, pickFrom, shareIn } from '../random.ts';
import {
  CERTIFICATIONS,
  FIRST_NAMES,
  KINDS_OF_WORK,
  LAST_NAMES,
  LICENSES,
  type NamedId,
  TALENT_POOLS,
} from './catalog.ts';
import { HABITS, PROVIDERS } from './figures.ts';
import type { Habits, Provider, Stars } from './nouns.ts';
import { METROS, type Metro, placeNear } from './places.ts';

const DAY_MS = 86_400_000;

/** 40 hex digits, as the platform gives every resource. */
export function correlationId(seed: number, kind: string, id: number): string {
  return createHash('sha1').update(`${seed} ${kind} ${id}`).digest('hex');
}

/** One provider of the market; everything about it follows from seed and id. */
export function makeProvider(seed: number, id: number, startMs: number): Provider {
  const unit = (about: string): number => draw(seed, 'provider', id, about);
  const completed = makeTrades(seed, id);
  const quality = unit('quality');
  const rating = makeRating(unit, quality);
  const completedForUs =
    unit('worked for us') < PROVIDERS.workedForUsShare ? integerBetween(unit('completed for us'), 1, 30) : 0;
  const isW2 = unit('w2') < PROVIDERS.w2Share;
  const metro = pickFrom(unit('metro'), METROS);
  const isSteady = unit('cancels much') < PROVIDERS.steadyShare;
  const cancelRate = integerIn(unit('cancel'), isSteady ? PROVIDERS.steadyCancelRate : PROVIDERS.unsteadyCancelRate);
  return {
    id,
    firstName: pickFrom(unit('first name'), FIRST_NAMES),
    lastName: pickFrom(unit('last name'), LAST_NAMES),
    correlationId: correlationId(seed, 'provider', id),
    home: placeNear(metro, 0.5, [unit('north'), unit('east'), unit('house')]),
    isW2,
    isMarketplace: !isW2,
    isManaged: unit('managed') < PROVIDERS.managedShare,
    isRoutable: unit('routable') >= PROVIDERS.unroutableShare,
    isBlocked: unit('blocked') < PROVIDERS.blockedShare,
    isProtec: unit('protec') < PROVIDERS.protecShare,
    completed,
    completedElsewhere: integerBetween(unit('elsewhere'), 0, 120),
    completedForUs,
    rating,
    ourRating:
      rating === null || completedForUs === 0 ? null : { hundredths: rating.hundredths, count: completedForUs },
    onTimePercent: integerBetween(unit('on time'), 78, 100),
    cancelRate,
    blockRate:
      unit('blocked much') < 0.88 ? integerBetween(unit('block'), 0, 180) : integerBetween(unit('block'), 210, 800),
    talentPools: TALENT_POOLS.filter((pool) => draw(seed, 'pool', id, pool.id) < PROVIDERS.talentPoolShare),
    backgroundCheckExpiresMs: expiry(unit('background check'), startMs, 0.7),
    drugTestExpiresMs: expiry(unit('drug test'), startMs, 0.5),
    certifications: some(CERTIFICATIONS, (item) => draw(seed, 'certified', id, item.id) < 0.25),
    licenses: some(LICENSES, (item) => draw(seed, 'licensed', id, item.id) < 0.15),
    insuredUsd: unit('insured') < 0.6 ? 1_000_000 * integerBetween(unit('coverage'), 1, 2) : null,
    habits: makeHabits(unit, { metro, quality, cancelRate, isSteady }),
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
      const isNew = draw(seed, 'new to', id, kind.id) < PROVIDERS.newTradeShare;
      return [kind.id, integerBetween(draw(seed, 'completed', id, kind.id), isNew ? 0 : 5, isNew ? 4 : 140)];
    }),
  );
}

/**
 * Of those with many ratings the better ones have five stars more often; a few ratings say nothing. Either way the
 * share of five stars over all is the one reported from the field.
 */
function makeRating(unit: (about: string) => number, quality: number): Stars | null {
  if (unit('rated') < PROVIDERS.unratedShare) return null;
  const count = integerBetween(unit('ratings'), 1, PROVIDERS.maxRatings);
  const fewer = 1 - PROVIDERS.fiveStarShare;
  const missesFive = count < PROVIDERS.tellingRatings ? fewer : 2 * fewer * (1 - quality);
  return { hundredths: unit('five stars') < missesFive ? integerBetween(unit('stars'), 300, 499) : 500, count };
}

type Character = {
  readonly metro: Metro;
  readonly quality: number;
  readonly cancelRate: number;
  readonly isSteady: boolean;
};

function makeHabits(unit: (about: string) => number, character: Character): Habits {
  const { metro, quality, cancelRate, isSteady } = character;
  const style = unit('style');
  const noShows = integerIn(unit('no shows'), PROVIDERS.noShowRate);
  return {
    style: styleOf(style),
    eagerness: shareIn(unit('eagerness'), HABITS.eagerness),
    answerMedianMinutes: integerIn(unit('answers'), HABITS.answerMinutes),
    acceptsRoutes: shareIn(unit('accepts'), HABITS.acceptsRoutes),
    pricePercent: Math.round((integerIn(unit('price'), HABITS.pricePercent) * metro.pricePercent) / 100),
    requestMinutes: 30 * integerIn(unit('request minutes'), HABITS.requestHalfHours),
    reachMiles: integerIn(unit('reach'), HABITS.reachMiles),
    busyShare: shareIn(unit('busy'), HABITS.busyShare),
    worksWeekends: unit('weekends') < HABITS.worksWeekendsShare,
    cancels: cancelRate + integerIn(unit('unseen cancels'), PROVIDERS.unseenCancelRate),
    noShows: isSteady ? noShows : noShows * PROVIDERS.unsteadyNoShowFactor,
    quality: integerIn(quality, PROVIDERS.qualityPercent),
  };
}

function styleOf(unit: number): Habits['style'] {
  const { botShare, routeOnlyShare, silentShare } = HABITS;
  if (unit < botShare) return 'bot';
  if (unit < botShare + routeOnlyShare) return 'route_only';
  return unit < botShare + routeOnlyShare + silentShare ? 'silent' : 'asks';
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
