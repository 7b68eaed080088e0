import { providerId } from '../domain/ids.ts';
import { centsFromUsd } from '../domain/money.ts';
import type { ProviderProfile } from '../domain/provider.ts';
import { toCoordinates } from './coordinates.ts';
import { type Understood, understand } from './understood.ts';
import { type WireUser, wireUser } from './wire/user.ts';

export function toProfile(raw: unknown, observedAtMs: number): Understood<ProviderProfile> {
  return understand(raw, wireUser, (wire) => buildProfile(wire, observedAtMs));
}

function buildProfile(wire: WireUser, observedAtMs: number): ProviderProfile {
  const everywhere = wire.rating?.marketplace ?? null;
  const ours = wire.rating?.my_company ?? null;
  return {
    providerId: providerId(wire.id),
    observedAtMs,
    coordinates: toCoordinates(wire.coords),
    ratingHundredths: toHundredths(everywhere),
    ratingCount: everywhere?.total_ratings ?? null,
    ourRatingHundredths: toHundredths(ours),
    ourRatingCount: ours?.total_ratings ?? null,
    onTimeBasisPoints: toOnTime(everywhere),
    completedOverall: wire.jobs?.marketplace ?? null,
    completedForUs: wire.jobs?.company ?? null,
    completedByType: wire.jobs?.type_of_work ?? null,
    preferredGroups: wire.preferred_groups,
    certifications: wire.certifications,
    licenses: wire.licenses,
    hasBackgroundCheck: hasValid(wire.background_checks, observedAtMs),
    hasDrugTest: hasValid(wire.drug_tests, observedAtMs),
    insurances: toInsurances(wire.insurances ?? wire.insurance),
    isBlocked: wire.block?.blocked ?? null,
    isProtec: wire.protec,
    isW2: wire.w2,
    isMarketplace: wire.marketplace,
    isRoutable: wire.routable,
  };
}

type WireRating = NonNullable<WireUser['rating']>['marketplace'];

/** Nobody has rated: the platform sends 0 stars, which is no rating and not the worst one. */
function toHundredths(rating: WireRating): number | null {
  if (rating === null || rating.stars === null || (rating.total_ratings ?? 0) <= 0) return null;
  return rating.stars < 0 || rating.stars > 5 ? null : Math.round(rating.stars * 100);
}

function toOnTime(rating: WireRating): number | null {
  if (rating === null || rating.on_time_percent === null || (rating.total_ratings ?? 0) <= 0) return null;
  return rating.on_time_percent < 0 || rating.on_time_percent > 100 ? null : Math.round(rating.on_time_percent * 100);
}

/** Valid: without an end, or ending later than now. */
function hasValid(checks: WireUser['background_checks'], nowMs: number): boolean | null {
  return checks === null ? null : checks.some((check) => check.expires === null || check.expires > nowMs);
}

/** Policies that the platform itself calls unusable are left out. */
function toInsurances(insurances: WireUser['insurances']): ProviderProfile['insurances'] {
  if (insurances === null) return null;
  return insurances
    .filter((policy) => !/expired|rejected|denied|declined|pending|inactive/i.test(policy.status))
    .map((policy) => ({
      typeId: policy.type_id,
      name: policy.type_name,
      coverageCents: centsFromUsd(policy.coverage_amount ?? 0),
      expiresMs: policy.expires,
    }));
}
