import type { ProviderId, RequestId, RouteId } from './ids.ts';
import type { JsonValue } from './json.ts';
import type { Coordinates, Pay } from './work-order.ts';

/** How a provider stands to a work order. `request`: asked, assignable now. `routed`: invited. `bench`: known, not invited. */
export type CandidateKind = 'request' | 'routed' | 'bench';

/** A provider's offer to do the job. Source: Field Nation pending row, `request`. */
export type ProviderRequest = {
  readonly id: RequestId;
  readonly isCounter: boolean;
  readonly isActive: boolean;
  readonly isExpired: boolean;
  readonly createdMs: number | null;
  /** Null when the platform gives no expiry. */
  readonly expiresMs: number | null;
  /** What the provider asks; kind `none` unless it is a counter-offer. */
  readonly pay: Pay;
  /** Expenses asked on top, in cents. */
  readonly expensesCents: number;
};

/** An open invitation: the first routed provider to accept is assigned. Source: pending row, `route`. */
export type Route = {
  readonly id: RouteId;
  readonly createdMs: number | null;
};

/** What Field Nation itself says of one criterion for one provider. Source: pending row, `selection_rule.criterion[]`. */
export type PlatformVerdict = {
  /** The label, for instance `Provider cancel rate`. */
  readonly name: string;
  readonly weight: number;
  readonly isRequired: boolean;
  readonly isMatch: boolean;
  readonly points: number;
};

/** Field Nation's evaluation of one provider. Source: pending row, `selection_rule`. */
export type PlatformEvaluation = {
  /** Null for the default ranking (the API sends `false`). */
  readonly ruleId: number | null;
  readonly isMatch: boolean;
  readonly points: number;
  readonly maxPoints: number;
  readonly verdicts: readonly PlatformVerdict[];
};

/** One row of the pending list. It carries verdicts and flags, never ratings, miles or percentages. */
export type PendingRow = {
  readonly providerId: ProviderId;
  /** The platform's category; both a request and a route may be present, a request then counts first. */
  readonly kind: 'request' | 'routed';
  readonly request: ProviderRequest | null;
  readonly route: Route | null;
  /** What may be done with this row now: `assign`, `un_route`, `message`, `hide`. */
  readonly actions: readonly string[];
  readonly isW2: boolean;
  readonly isMarketplace: boolean;
  readonly isManaged: boolean;
  readonly isRoutable: boolean;
  readonly hasWorkedWithUs: boolean;
  readonly isRecommended: boolean;
  readonly isNewConnection: boolean;
  /** 0–100 as sent; null when scoring is switched off, which the platform shows as 0. */
  readonly providerScore: number | null;
  readonly platform: PlatformEvaluation | null;
  /** The row as received, without names, addresses and what people wrote: kept by hash for audit. */
  readonly raw: JsonValue;
};

/** Values about a provider that rows do not carry. Source: Field Nation `GET /users/{id}`. Null: the platform did not say. */
export type ProviderProfile = {
  readonly providerId: ProviderId;
  readonly observedAtMs: number;
  readonly coordinates: Coordinates | null;
  /** Hundredths of a star, 0–500; null when nobody has rated the provider yet. */
  readonly ratingHundredths: number | null;
  readonly ratingCount: number | null;
  /** Same, from our company alone. */
  readonly ourRatingHundredths: number | null;
  readonly ourRatingCount: number | null;
  /** Basis points, 0–10,000. */
  readonly onTimeBasisPoints: number | null;
  readonly completedOverall: number | null;
  readonly completedForUs: number | null;
  /** Completed work orders by kind of work, with the platform's id and name. */
  readonly completedByType:
    | readonly { readonly id: number | null; readonly name: string; readonly count: number }[]
    | null;
  readonly preferredGroups: readonly { readonly id: number; readonly name: string }[] | null;
  readonly certifications: readonly { readonly id: number; readonly name: string }[] | null;
  readonly licenses: readonly { readonly id: number; readonly name: string }[] | null;
  /** Valid at `observedAtMs`; null when the profile does not show checks. */
  readonly hasBackgroundCheck: boolean | null;
  readonly hasDrugTest: boolean | null;
  readonly insurances:
    | readonly {
        readonly typeId: number;
        readonly name: string;
        readonly coverageCents: number;
        readonly expiresMs: number | null;
      }[]
    | null;
  readonly isBlocked: boolean | null;
  readonly isProtec: boolean | null;
  readonly isW2: boolean | null;
  readonly isMarketplace: boolean | null;
  readonly isRoutable: boolean | null;
};

/** A certification or license; either part may be missing, not both. */
export type ImportedCredential = { readonly id: number | null; readonly name: string | null };

/** What a file of an operator may say of a provider, each in the unit of the profile's field. Never who the provider is. */
export type ImportedValues = {
  readonly coordinates: Coordinates;
  readonly ratingHundredths: number;
  readonly ratingCount: number;
  readonly cancelRateBasisPoints: number;
  readonly blockRateBasisPoints: number;
  readonly completedOverall: number;
  readonly completedForUs: number;
  /** Ids of preferred groups (talent pools). */
  readonly groups: readonly number[];
  readonly certifications: readonly ImportedCredential[];
  readonly licenses: readonly ImportedCredential[];
  readonly hasBackgroundCheck: boolean;
  readonly hasDrugTest: boolean;
  readonly isW2: boolean;
  readonly isBlocked: boolean;
};

/** A value, and when it was said, epoch ms. */
export type Dated<Value> = { readonly value: Value; readonly observedAtMs: number };

/** Each value with the age of the file that said it last; one that is not there was never said. */
export type ImportedFacts = { readonly [Name in keyof ImportedValues]?: Dated<ImportedValues[Name]> };

/**
 * Preferred groups (talent pools) that name the provider as a member. `isWhole` false: some list could not be read, so the
 * provider may be in more.
 */
export type PoolMembership = {
  readonly observedAtMs: number;
  readonly ids: readonly number[];
  readonly isWhole: boolean;
};

/**
 * What the directory keeps of a provider: flags of the last row seen, the platform's last
 * provider-level verdicts, the profile, the pools, and what an operator brought in a file.
 */
export type DirectoryEntry = {
  readonly providerId: ProviderId;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Null until the provider has been seen in a pending list. */
  readonly flags: {
    readonly observedAtMs: number;
    readonly isW2: boolean;
    readonly isMarketplace: boolean;
    readonly isManaged: boolean;
    readonly isRoutable: boolean;
    readonly hasWorkedWithUs: boolean;
  } | null;
  /** Provider-level criteria only: never distance or the kind of work, which belong to one work order. */
  readonly verdicts: readonly (PlatformVerdict & { readonly observedAtMs: number })[];
  readonly profile: ProviderProfile | null;
  /** Null until the member lists have been asked for since the provider is known. */
  readonly pools: PoolMembership | null;
  readonly imported: ImportedFacts;
};
