import { findFact } from '../criteria/catalog.ts';
import { unknown } from '../criteria/reading.ts';
import { type Fact, type FactRef, type FactValue, factRef } from '../domain/fact.ts';
import { CONSTRAINT_FACTS, TIE_BREAK_FACTS } from '../domain/rule-file.ts';
import type { Candidate, Slate } from '../domain/scored-slate.ts';
import { supposeSlate } from '../facts/suppose.ts';
import { valueNotches } from './fact-levers.ts';
import type { FlipCase } from './flip-case.ts';
import { type Lever, type Notch, WHOLE_CHANGE } from './flip-search.ts';
import { type FactUses, factUses } from './flip-uses.ts';
import {
  baseCents,
  EXPIRY,
  expiryNotches,
  IS_COUNTER,
  OVER_BASE,
  PAY,
  payNotches,
  plainRequestSize,
  REQUESTED_AT,
  type RequestTerms,
  requestedAtNotches,
  STANDING,
} from './request-levers.ts';
import { variantOf } from './score-variant.ts';

/** One thing about a provider that is taken to have been otherwise. Values in kept units, null where not known. */
export type FactEdit =
  | { readonly kind: 'fact'; readonly ref: FactRef; readonly from: FactValue | null; readonly to: FactValue }
  /** The request asks so much in total. */
  | { readonly kind: 'pay'; readonly from: FactValue | null; readonly to: FactValue }
  /** The request is no counter-offer, at the work order's own pay. */
  | { readonly kind: 'plain'; readonly from: number | null; readonly to: number }
  /** The request had not been taken back. */
  | { readonly kind: 'active' };

/** `facts`: keys of the facts that are otherwise with it; `codes`: reasons for not being eligible that it may end. */
export type FactLever = Lever<FactEdit> & { readonly facts: readonly string[]; readonly codes: readonly string[] };

/** Everything about a candidate that could have been otherwise and matters under the file. `aim` -1: against the candidate. */
export function factLevers(flip: FlipCase, candidate: Candidate, aim: 1 | -1): readonly FactLever[] {
  const { slate, prepared } = flip;
  const { file } = flip.compiled;
  const compared = [...Object.values(TIE_BREAK_FACTS), ...Object.values(CONSTRAINT_FACTS)].map((name) =>
    factRef(name, null),
  );
  const uses = factUses(file, slate, [...compared, PAY, OVER_BASE, IS_COUNTER, REQUESTED_AT, EXPIRY]);
  const usesOf = (ref: FactRef) =>
    uses.find((one) => one.ref.key === ref.key) ?? { ref, tests: [], credits: [], ranks: 0 };
  const terms: RequestTerms = { file, slate, candidate, usesOf, aim, nowMs: prepared.terms.nowMs };
  const plain = uses.flatMap((one) => (REQUEST_FACTS.includes(one.ref.name) ? [] : factLever(one, candidate, aim)));
  return [...plain, ...(candidate.kind === 'request' ? requestLevers(terms) : [])].filter(
    ({ notches }) => notches.length > 0,
  );
}

const REQUEST_FACTS: readonly string[] = [
  ...STANDING,
  ...[PAY, OVER_BASE, IS_COUNTER, REQUESTED_AT, EXPIRY].map(({ name }) => name),
];

function factLever(uses: FactUses, candidate: Candidate, aim: 1 | -1): readonly FactLever[] {
  const { ref } = uses;
  const definition = findFact(ref.name);
  if (definition?.scope !== 'candidate') return [];
  const fact: Fact = candidate.facts[ref.key] ?? unknown('It is not known.');
  const isRoutable = ref.name === CONSTRAINT_FACTS.isRoutable && aim === 1;
  const notches = isRoutable
    ? routableNotches(fact)
    : mapped(
        valueNotches({ uses, type: definition.type, fact, aim }),
        (edit): FactEdit => ({ kind: 'fact', ref, ...edit }),
      );
  const codes = isRoutable ? ['FM-5014'] : ref.name === CONSTRAINT_FACTS.isW2 ? ['FM-5016'] : [];
  return [{ name: ref.key, notches, facts: [ref.key], codes }];
}

function routableNotches(fact: Fact): readonly Notch<FactEdit>[] {
  const from = fact.kind === 'known' ? fact.value : null;
  const ref = factRef(CONSTRAINT_FACTS.isRoutable, null);
  if (from === true) return [];
  return [{ length: 1, at: () => ({ edit: { kind: 'fact', ref, from, to: true }, size: WHOLE_CHANGE }) }];
}

function requestLevers(terms: RequestTerms): readonly FactLever[] {
  const { candidate, slate, aim } = terms;
  const plainSize = aim === 1 ? plainRequestSize(terms) : null;
  const base = baseCents(slate);
  const plain: readonly Notch<FactEdit>[] =
    plainSize === null || base === null
      ? []
      : [{ length: 1, at: () => ({ edit: { kind: 'plain', from: candidate.costCents, to: base }, size: plainSize }) }];
  const active: readonly Notch<FactEdit>[] =
    candidate.request?.isActive === false && aim === 1
      ? [{ length: 1, at: () => ({ edit: { kind: 'active' }, size: WHOLE_CHANGE }) }]
      : [];
  return [
    {
      name: PAY.key,
      notches: [...mapped(payNotches(terms), (edit): FactEdit => ({ kind: 'pay', ...edit })), ...plain],
      facts: [PAY.key, OVER_BASE.key, IS_COUNTER.key],
      codes: ['FM-5006', 'FM-5007', 'FM-5008', 'FM-5016'],
    },
    leverOf(REQUESTED_AT, requestedAtNotches(terms)),
    { ...leverOf(EXPIRY, expiryNotches(terms)), codes: ['FM-5004'] },
    { name: 'request.is_active', notches: active, facts: [], codes: ['FM-5003'] },
  ];
}

function leverOf(ref: FactRef, notches: ReturnType<typeof valueNotches>): FactLever {
  return {
    name: ref.key,
    notches: mapped(notches, (edit) => ({ kind: 'fact', ref, ...edit })),
    facts: [ref.key],
    codes: [],
  };
}

function mapped<From, To>(notches: readonly Notch<From>[], to: (edit: From) => To): readonly Notch<To>[] {
  return notches.map(({ length, at }) => ({
    length,
    at: (index) => {
      const { edit, size } = at(index);
      return { edit: to(edit), size };
    },
  }));
}

/** The slate with a candidate's facts changed, and all that rests on them for this work order. Nothing else is otherwise. */
export function withFactEdits(slate: Slate, candidate: Candidate, edits: readonly FactEdit[]): Slate {
  const { id: workOrderId } = slate.workOrder;
  const given = edits
    .flatMap(givenBy)
    .map(([key, value]): [string, Fact] => [
      key,
      { kind: 'known', value, source: 'given', observedAtMs: slate.takenAtMs },
    ]);
  const providers = new Map([[candidate.providerId, Object.fromEntries(given)]]);
  const supposed = supposeSlate({ ...slate, candidates: [candidate] }, { workOrderId, workOrder: {}, providers });
  const [changed] = supposed.candidates;
  return changed === undefined ? slate : variantOf(slate, { ...changed, request: openedAgain(changed.request, edits) });
}

function givenBy(edit: FactEdit): readonly (readonly [string, FactValue])[] {
  switch (edit.kind) {
    case 'fact':
      return [[edit.ref.key, edit.to]];
    case 'pay':
      return [[PAY.key, edit.to]];
    case 'plain':
      return [
        [PAY.key, edit.to],
        [IS_COUNTER.key, false],
      ];
    case 'active':
      return [];
  }
}

function openedAgain(request: Candidate['request'], edits: readonly FactEdit[]): Candidate['request'] {
  if (request === null) return null;
  const isActive = request.isActive || edits.some(({ kind }) => kind === 'active');
  const isOpen = edits.some((edit) => edit.kind === 'fact' && edit.ref.key === EXPIRY.key);
  return { ...request, isActive, isExpired: request.isExpired && !isOpen };
}
