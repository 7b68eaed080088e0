import { findFact } from '../criteria/catalog.ts';
import type { FactUnit } from '../domain/fact.ts';

/** The unit in which people write a fact, by its name; null: it has none. */
export function unitOfFact(name: string): FactUnit | null {
  const type = findFact(name)?.type;
  return type?.kind === 'number' ? type.unit : null;
}
