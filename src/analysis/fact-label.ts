import { CRITERIA } from '../criteria/catalog.ts';
import type { FactRef } from '../domain/fact.ts';

/** A fact as people know it: the label of the criterion that asks for it alone, else its name; what it is of stands in brackets. */
export function factLabel({ name, params }: FactRef): string {
  const criterion = CRITERIA.find(({ fact }) => fact.name === name);
  const given = Object.values(params ?? {}).map(String);
  const label = criterion?.label.replace(/ ?\(\{type_of_work\}\)/, '') ?? PLAIN[name] ?? name;
  return given.length === 0 ? label : `${label} (${given.join(', ')})`;
}

/** Of facts that no criterion has for its own. */
const PLAIN: { readonly [name: string]: string } = {
  'request.requested_at': 'Time of the request',
  'request.minutes_until_expiry': 'Time until the request expires',
  'provider.groups': 'Preferred groups',
  'fn.criterion': "Field Nation's verdict",
};
