import type {
  Candidate,
  CriterionResult,
  CriterionStatus,
  Evidence,
  ScoredCandidate,
  Verdict,
} from '../domain/scored-slate.ts';
import { gradedFact, pointsOf } from './points.ts';
import { type Settlement, settle } from './settle.ts';
import type { Placed, ReadyCriterion, SlateTerms } from './slate-terms.ts';

type Sums = Pick<ScoredCandidate, 'pointsMilli' | 'maxPoints' | 'isMatch' | 'needsPerson'>;

/**
 * A scored candidate whose `criteria` are made when somebody first reads them: of most candidates in a trial or a simulation
 * only points and gate are asked for. The getter is the class's, because one of each object's own costs 80 ns, as much as
 * eight criteria; `ScoredCandidate` keeps copies from losing it.
 */
export class LazilyScored implements ScoredCandidate {
  readonly candidate: Candidate;
  readonly pointsMilli: number;
  readonly maxPoints: number;
  readonly isMatch: boolean;
  readonly needsPerson: boolean;
  readonly #terms: SlateTerms;
  readonly #place: number;
  #criteria: readonly CriterionResult[] | null = null;

  constructor(terms: SlateTerms, { candidate, place }: Placed, { pointsMilli, maxPoints, isMatch, needsPerson }: Sums) {
    this.candidate = candidate;
    this.pointsMilli = pointsMilli;
    this.maxPoints = maxPoints;
    this.isMatch = isMatch;
    this.needsPerson = needsPerson;
    this.#terms = terms;
    this.#place = place;
  }

  get criteria(): readonly CriterionResult[] {
    this.#criteria ??= this.#settleAll();
    return this.#criteria;
  }

  #settleAll(): readonly CriterionResult[] {
    const terms = this.#terms;
    const of = { terms, candidate: this.candidate, place: this.#place, maxPoints: this.maxPoints };
    return terms.criteria.map((ready) => new SettledCriterion(ready, settle(terms, ready, of), of));
  }
}

/** Whom a criterion was settled for. */
type Settled = Placed & { readonly terms: SlateTerms; readonly maxPoints: number };

/**
 * How one criterion came out for one candidate: a look at what others hold. All of it as properties of its own would be four
 * times as large and take three times as long; the ledger reads every one of every candidate once.
 */
class SettledCriterion implements CriterionResult {
  readonly #ready: ReadyCriterion;
  readonly #settlement: Settlement;
  readonly #of: Settled;

  constructor(ready: ReadyCriterion, settlement: Settlement, of: Settled) {
    this.#ready = ready;
    this.#settlement = settlement;
    this.#of = of;
  }

  get position(): number {
    return this.#ready.criterion.position;
  }

  get key(): string {
    return this.#ready.criterion.key;
  }

  get label(): string {
    return this.#of.terms.labels[this.#ready.index] ?? this.#ready.criterion.label;
  }

  get weight(): number {
    return this.#ready.criterion.weight;
  }

  get isRequired(): boolean {
    return this.#ready.criterion.isRequired;
  }

  get canRemote(): boolean {
    return this.#ready.criterion.canRemote;
  }

  get applies(): boolean {
    return this.#settlement.applies;
  }

  get factVerdict(): Verdict {
    return this.#settlement.factVerdict;
  }

  get decidedBy(): CriterionResult['decidedBy'] {
    return this.#settlement.decidedBy;
  }

  get verdict(): Verdict {
    return this.#settlement.verdict;
  }

  get status(): CriterionStatus {
    return statusOf(this.#settlement.verdict, this.#ready.criterion.isRequired);
  }

  get pointsMilli(): number {
    const { criterion } = this.#ready;
    return pointsOf(criterion, this.#settlement, gradedFact(criterion, this.#of.terms.slate, this.#of.candidate));
  }

  get order(): 1 | 2 | 3 {
    if (this.#settlement.verdict === 'match') return 1;
    return this.#ready.criterion.isRequired ? 3 : 2;
  }

  get width(): string {
    const { maxPoints } = this.#of;
    if (!this.#settlement.applies || maxPoints <= 0) return '0%';
    return `${Math.floor((100 * this.#ready.criterion.weight) / maxPoints)}%`;
  }

  get needsPerson(): boolean {
    return this.#settlement.needsPerson;
  }

  get evidence(): readonly Evidence[] {
    return this.#ready.collect(this.#of.terms.judged, this.#of.place);
  }
}

function statusOf(verdict: Verdict, isRequired: boolean): CriterionStatus {
  switch (verdict) {
    case 'match':
      return 'match';
    case 'no_match':
      return isRequired ? 'no_match_required' : 'no_match_preferred';
    case 'unknown':
      return isRequired ? 'unknown_required' : 'unknown_preferred';
  }
}
