import { zoneOffsetMs } from '../time-zone.ts';
import { API_USER, COMPANY, KINDS_OF_WORK } from '../world/catalog.ts';
import type { Provider, Stars, World } from '../world/nouns.ts';
import { toWireUtc } from './date.ts';
import { embeddedList } from './list-envelope.ts';

const YEAR_MS = 365 * 86_400_000;

/** A provider as `GET /users/{id}` shows it to a buyer. */
export function toWireUser(world: World, provider: Provider) {
  const { home } = provider;
  return {
    id: provider.id,
    rating: {
      marketplace: toWireRating(provider.rating, provider.onTimePercent),
      my_company: toWireRating(provider.ourRating, provider.onTimePercent),
    },
    insurance: embeddedList([]),
    vanity: String(provider.id),
    role_type: 'provider',
    first_name: provider.firstName,
    last_name: provider.lastName,
    w2: provider.isW2,
    phone: '555-0100',
    cell: '555-0101',
    thumbnail: '',
    correlation_id: provider.correlationId,
    last_active: { utc: toWireUtc(world.startMs - (provider.id % 72) * 3_600_000) },
    created_date: { utc: toWireUtc(world.startMs - (1 + (provider.id % 5)) * YEAR_MS) },
    website: '',
    tagline: '',
    // Here the offset is a string; in work orders it is a number.
    time_zone: { ...home.zone, offset: String(zoneOffsetMs(home.zone.name, world.nowMs) / 3_600_000) },
    email_verification: true,
    networks: embeddedList([]),
    types_of_work: embeddedList(trades(provider).map(({ id, name }) => ({ id, name }))),
    address: home.address1,
    city: home.city,
    state: home.state,
    zip: home.zip,
    country: 'US',
    coords: { latitude: home.latitude, longitude: home.longitude, exact: true, success: true },
    worker_compensation: false,
    protec: provider.isProtec,
    marketplace: provider.isMarketplace,
    managed: provider.isManaged,
    routable: provider.isRoutable,
    worked_with: provider.completedForUs > 0,
    jobs: toWireJobs(provider),
    ...toWireQualifications(world, provider),
    preferred_groups: embeddedList(
      provider.talentPools.map((pool) => ({
        ...pool,
        notes: '',
        count: poolSize(world, pool.id),
        created: { utc: '' },
      })),
    ),
    block: toWireBlock(provider),
    upcoming_schedule: [...provider.bookings.values()].map(({ startMs, endMs }) => ({
      date: toWireUtc(startMs).slice(0, 10),
      from: toWireUtc(startMs).slice(11),
      to: toWireUtc(endMs).slice(11),
    })),
    actions: provider.isRoutable ? ['message', 'route'] : ['message'],
  };
}

/** The caller's own user, as far as the platform tells it. */
export function toWireApiUser() {
  return {
    ...API_USER,
    email: 'api.user@example.com',
    w2: false,
    thumbnail: '',
    correlation_id: '0d1f9b8e1c7a4e5f9a3b2c1d0e9f8a7b6c5d4e3f',
    company: COMPANY,
    types_of_work: {},
  };
}

export function poolSize(world: World, poolId: number): number {
  return [...world.providers.values()].filter((provider) => provider.talentPools.some((pool) => pool.id === poolId))
    .length;
}

/** Two zeros where nobody has rated yet, as the documented user has. */
function toWireRating(stars: Stars | null, onTimePercent: number) {
  const isRated = stars !== null;
  return {
    total_ratings: stars?.count ?? 0,
    stars: (stars?.hundredths ?? 0) / 100,
    on_time_percent: isRated ? onTimePercent : 0,
    assignment_fulfilled_percent: isRated ? Math.min(100, onTimePercent + 1) : 0,
    follow_instructions_percent: isRated ? onTimePercent : 0,
    right_deliverables_percent: isRated ? onTimePercent : 0,
  };
}

function toWireJobs(provider: Provider) {
  const byTrade = trades(provider);
  return {
    marketplace: provider.completedElsewhere + byTrade.reduce((sum, trade) => sum + trade.count, 0),
    company: provider.completedForUs,
    type_of_work: byTrade,
  };
}

function trades(provider: Provider) {
  return KINDS_OF_WORK.flatMap(({ id, name }) => {
    const count = provider.completed.get(id);
    return count === undefined ? [] : [{ id, name, count }];
  });
}

function toWireQualifications(world: World, provider: Provider) {
  const check = (name: string, expiresMs: number | null) =>
    embeddedList(
      expiresMs === null
        ? []
        : [
            {
              id: provider.id * 10 + name.length,
              name,
              updated: toWireUtc(expiresMs - YEAR_MS),
              expires: toWireUtc(expiresMs),
              highlights: [],
            },
          ],
    );
  const insuredUntil = { utc: toWireUtc(world.startMs + YEAR_MS / 2), local: { date: '', time: '' } };
  return {
    background_checks: check('Background check', provider.backgroundCheckExpiresMs),
    drug_tests: check('10 panel drug test', provider.drugTestExpiresMs),
    certifications: embeddedList(provider.certifications.map((item) => ({ ...item, term_id: 0, number: '' }))),
    licenses: embeddedList(provider.licenses.map((item) => ({ ...item, number: '' }))),
    insurances: embeddedList(
      provider.insuredUsd === null
        ? []
        : [
            {
              id: provider.id * 10,
              status: 'approved',
              insurance_company: 'Mutual',
              effective: { utc: toWireUtc(world.startMs - YEAR_MS / 2), local: { date: '', time: '' } },
              expires: insuredUntil,
              coverage_amount: provider.insuredUsd,
              policy_number: '',
              type_id: 1,
              type_name: 'General Liability',
              policy_url: '',
              actions: [],
            },
          ],
    ),
  };
}

function toWireBlock(provider: Provider) {
  return {
    blocked: provider.isBlocked,
    reason_id: provider.isBlocked ? 3 : 0,
    reason: provider.isBlocked ? 'Quality of work' : '',
    category: '',
    types: provider.isBlocked ? ['company'] : [],
    actions: provider.isBlocked ? ['delete'] : ['add'],
  };
}
