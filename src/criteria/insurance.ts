import type { ProviderProfile } from '../domain/provider.ts';
import type { CandidateFact, CriterionDefinition, FactInput } from './definition.ts';
import { fromProfile } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.insurances',
  scope: 'candidate',
  type: { kind: 'numbers' },
  params: null,
  sources: ['profile'],
  doc: 'Type ids of the insurances that are valid when the work starts, from the profile; one without an expiry date counts as valid. Unknown when the profile does not show insurances.',
  example: 3,
  read: (input) =>
    fromProfile(input, (profile) => validInsurances(profile, input)?.map(({ typeId }) => typeId) ?? null, NOT_SHOWN),
};

const NOT_SHOWN = 'The profile does not show insurances.';

export const insuranceCoverageFact: CandidateFact = {
  name: 'provider.insurance_coverage',
  scope: 'candidate',
  type: { kind: 'number', unit: 'usd' },
  params: { type_id: { kind: 'number', doc: "The platform's id of the type of insurance.", example: 3 } },
  sources: ['profile'],
  doc: 'Coverage in US dollars of the insurance of one type that is valid when the work starts, the highest if there are several; 0 when the profile shows insurances but none of that type. Unknown when the profile does not show insurances.',
  example: 500_000,
  read: (input, params) =>
    fromProfile(input, (profile) => coverageOf(profile, input, Number(params['type_id'])), NOT_SHOWN),
};

type Moment = Pick<FactInput, 'workOrder' | 'takenAtMs'>;

function coverageOf(profile: ProviderProfile, moment: Moment, typeId: number): number | null {
  const ofType = validInsurances(profile, moment)?.filter((insurance) => insurance.typeId === typeId) ?? null;
  return ofType === null ? null : Math.max(0, ...ofType.map((insurance) => insurance.coverageCents));
}

/** Valid when the work starts, or now where the work order has no start. */
function validInsurances(
  { insurances }: ProviderProfile,
  { workOrder, takenAtMs }: Moment,
): ProviderProfile['insurances'] {
  const atMs = workOrder.schedule.startMs ?? takenAtMs;
  return insurances?.filter(({ expiresMs }) => expiresMs === null || expiresMs > atMs) ?? null;
}

export const insurance: CriterionDefinition = {
  key: 'insurance',
  label: 'Insurance',
  aliases: ['insurances'],
  codes: ['SC_INSURANCE'],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  doc: 'Asks for an insurance by the id of its type, with the operator `contains`. For a minimum of coverage: the fact `provider.insurance_coverage` in the long form.',
};
