import type { Facts } from '../domain/fact.ts';
import {
  type Candidate,
  type CriteriaInBrief,
  type CriterionResult,
  type CriterionStatus,
  type Evidence,
  isStopping,
  type ScoredCandidate,
  type Verdict,
} from '../domain/scored-slate.ts';
import { criteriaInBrief } from './criteria-in-brief.ts';
import type { Ending } from './ending.ts';
import { pointsOf } from './points.ts';
import { settle } from './settle.ts';
import type { CriterionOnSlate, SlateTerms } from './slate-terms.ts';
import { widthOf } from './width.ts';

type Sums = Pick<ScoredCandidate, 'candidate' | 'pointsMilli' | 'maxPoints' | 'isMatch' | 'needsPerson'>;

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

  constructor(terms: SlateTerms, place: number, { candidate, pointsMilli, maxPoints, isMatch, needsPerson }: Sums) {
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

  inBrief(workOrder: Facts): CriteriaInBrief | null {
    return workOrder === this.#terms.slate.facts ? criteriaInBrief(this.#terms, this.#place, this.maxPoints) : null;
  }

  stopping(): readonly CriterionResult[] {
    const terms = this.#terms;
    let found: SettledCriterion[] | null = null;
    for (const on of terms.criteria) {
      const ending = settle(terms, on, this.#place);
      const { isRequired } = ending.criterion;
      const { applies, needsPerson, verdict } = ending;
      if (!isStopping({ applies, needsPerson, verdict, isRequired })) continue;
      found ??= [];
      found.push(new SettledCriterion(on, ending, { terms, place: this.#place, maxPoints: this.maxPoints }));
    }
    return found ?? NONE;
  }

  #settleAll(): readonly CriterionResult[] {
    const terms = this.#terms;
    const of = { terms, place: this.#place, maxPoints: this.maxPoints };
    return terms.criteria.map((on) => new SettledCriterion(on, settle(terms, on, of.place), of));
  }
}

const NONE: readonly CriterionResult[] = [];

/** Whom a criterion was settled for. */
type Settled = { readonly terms: SlateTerms; readonly place: number; readonly maxPoints: number };

/**
 * How one criterion came out for one candidate: a look at what others hold. With all of it, and its evidence, as properties of
 * its own it would be seven times as large, and most of scoring would be making it for the ledger to read once.
 */
class SettledCriterion implements CriterionResult {
  readonly #on: CriterionOnSlate;
  readonly #ending: Ending;
  readonly #of: Settled;

  constructor(on: CriterionOnSlate, ending: Ending, of: Settled) {
    this.#on = on;
    this.#ending = ending;
    this.#of = of;
  }

  get position(): number {
    return this.#ending.criterion.position;
  }

  get key(): string {
    return this.#ending.criterion.key;
  }

  get label(): string {
    return this.#on.label;
  }

  get weight(): number {
    return this.#ending.criterion.weight;
  }

  get isRequired(): boolean {
    return this.#ending.criterion.isRequired;
  }

  get canRemote(): boolean {
    return this.#ending.criterion.canRemote;
  }

  get applies(): boolean {
    return this.#ending.applies;
  }

  get factVerdict(): Verdict {
    return this.#ending.factVerdict;
  }

  get decidedBy(): CriterionResult['decidedBy'] {
    return this.#ending.decidedBy;
  }

  get verdict(): Verdict {
    return this.#ending.verdict;
  }

  get status(): CriterionStatus {
    return this.#ending.status;
  }

  get pointsMilli(): number {
    const { terms, place } = this.#of;
    return pointsOf(this.#ending, terms, place);
  }

  get order(): 1 | 2 | 3 {
    return this.#ending.order;
  }

  get width(): string {
    return widthOf(this.#ending, this.#of.maxPoints);
  }

  get needsPerson(): boolean {
    return this.#ending.needsPerson;
  }

  get evidence(): readonly Evidence[] {
    const { leaf, actuals, collect } = this.#on;
    const { place } = this.#of;
    const actual = actuals[place];
    if (leaf === null || actual === undefined) return collect(place);
    return [{ fact: leaf.ref, written: leaf.written, actual, verdict: this.#ending.factVerdict }];
  }
}
