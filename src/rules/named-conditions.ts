import { type FileReading, type Mistake, quoted, refuse } from './file-reading.ts';
import { type JsonPath, nodeAt } from './json-document.ts';
import { suggestName } from './nearest-name.ts';
import { type ConditionScope, readCondition, type SizedCondition } from './read-condition.ts';

/** The file's `conditions`, each read once, when first used. */
export type NamedConditions = {
  readonly resolve: ConditionScope['resolve'];
  /** Reads the ones that nothing used yet, so that their mistakes are reported too; gives the names that nothing can have meant. */
  readonly readUnused: () => readonly string[];
};

export function namedConditions(reading: FileReading): NamedConditions {
  const node = nodeAt(reading.document.root, ['conditions']);
  const names = node?.kind === 'object' ? [...node.members.keys()] : [];
  const read = new Map<string, SizedCondition | null>();
  /** Names being read now, outermost first. */
  const open: string[] = [];
  /** Then the one that nothing uses may be the one that was meant. */
  let isAnyMissed = false;
  const scope: ConditionScope = { facts: 'any', resolve };

  function resolve(name: string, path: JsonPath): SizedCondition | null {
    if (!names.includes(name)) {
      refuse(reading, path, unknownName(name, names));
      isAnyMissed = true;
      return null;
    }
    const known = read.get(name);
    if (known !== undefined) return known;
    if (open.includes(name)) return refuseCircle(reading, path, [...open.slice(open.indexOf(name)), name]);
    if (open.length >= reading.limits.maxRuleFileDepth) return refuseChain(reading, path);
    return readNamed(name);
  }

  function readNamed(name: string): SizedCondition | null {
    open.push(name);
    const condition = readCondition(reading, ['conditions', name], scope);
    open.pop();
    read.set(name, condition);
    return condition;
  }

  return {
    resolve,
    readUnused: () => {
      const unused = names.filter((name) => !read.has(name));
      for (const name of unused) if (!read.has(name)) readNamed(name);
      return isAnyMissed ? [] : unused;
    },
  };
}

function refuseCircle(reading: FileReading, path: JsonPath, circle: readonly string[]): null {
  const what = `Named conditions use each other in a circle: ${circle.join(' → ')}`;
  refuse(reading, path, { code: 'FM-R314', what, fix: 'Write out one of them instead of naming it.' });
  return null;
}

function refuseChain(reading: FileReading, path: JsonPath): null {
  const { maxRuleFileDepth } = reading.limits;
  const what = `Named conditions use each other more than ${maxRuleFileDepth} deep`;
  refuse(reading, path, { code: 'FM-R318', what, fix: 'Use fewer named conditions within named conditions.' });
  return null;
}

function unknownName(name: string, names: readonly string[]): Mistake {
  const what = `There is no condition named ${quoted(name)}`;
  if (names.length === 0) return { code: 'FM-R313', what, fix: 'Add it under "conditions" at the top of the file.' };
  return { code: 'FM-R313', what, fix: suggestName(name, names) };
}
