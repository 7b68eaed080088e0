/**
 * A key of objects, behind the keys that came before it. Most objects have the keys of one met before in the same order: then each key is
 * known by a look at the one that was met last behind the one before, and nothing is sorted, compared or quoted again.
 */
export type KeyStep = {
  readonly key: string;
  /** By UTF-16 code unit, so far; false as well of a key that no object keeps where it is set: `7` comes first, `__proto__` is not set at all. */
  readonly isInOrder: boolean;
  /** As JSON has it before the member's value: `{"key":`, or `,"key":`. */
  readonly before: string;
  /** Met last behind it. */
  last: KeyStep | null;
  others: Map<string, KeyStep> | null;
};

/** Where every object begins. */
export type KeySteps = { first: KeyStep; count: number };

/** Objects with ids for keys would go on for ever. Then all begins anew. */
const MOST = 10_000;

export function createKeySteps(): KeySteps {
  return { first: emptyStep(), count: 0 };
}

function emptyStep(): KeyStep {
  return { key: '', isInOrder: true, before: '', last: null, others: null };
}

/** The step to a key that is not the one met last. `from` is `steps.first`, or a step behind it. */
export function stepTo(steps: KeySteps, from: KeyStep, key: string): KeyStep {
  const known = from.others?.get(key);
  if (known !== undefined) {
    from.last = known;
    return known;
  }
  if (steps.count >= MOST) {
    steps.first = emptyStep();
    steps.count = 0;
  }
  const isFirst = from.before === '';
  const made: KeyStep = {
    key,
    isInOrder: from.isInOrder && (isFirst || from.key < key) && staysWhereItIsSet(key),
    before: `${isFirst ? '{' : ','}${JSON.stringify(key)}:`,
    last: null,
    others: null,
  };
  from.others ??= new Map();
  from.others.set(key, made);
  from.last = made;
  steps.count += 1;
  return made;
}

const DIGIT_0 = 48;
const DIGIT_9 = 57;

function staysWhereItIsSet(key: string): boolean {
  const first = key.charCodeAt(0);
  return !(first >= DIGIT_0 && first <= DIGIT_9) && key !== '__proto__';
}
