import type { Dated, ImportedFacts } from '../domain/provider.ts';
import {
  type Cell,
  type NumberRange,
  type ReadCell,
  readCredentials,
  readFlag,
  readId,
  readIds,
  readNumber,
} from './provider-cells.ts';

/** A column of CSV or a key of JSON that `providers import` understands. */
export type ProviderColumn = {
  readonly written: string;
  readonly doc: string;
  /** What the cell says, as of `atMs`. */
  readonly read: (cell: Cell, atMs: number) => ReadCell<ImportedFacts>;
};

const PERCENT: NumberRange = { min: 0, max: 100, scale: 100, isPercent: true };
const COUNT: NumberRange = { min: 0, max: 1_000_000, scale: 1 };
const LATITUDE: NumberRange = { min: -90, max: 90, scale: 1_000_000 };
const LONGITUDE: NumberRange = { min: -180, max: 180, scale: 1_000_000 };
const CREDENTIALS = 'ids, names, or `12=CompTIA A+`, with `;` between them; `none`';

/** In the order of the documentation. Latitude and longitude say something only together: see `readPlace`. */
export const PROVIDER_COLUMNS: { readonly [name: string]: ProviderColumn } = {
  provider_id: {
    written: 'id',
    doc: 'Field Nation’s id of the provider. Needed; each once in a file.',
    read: (cell) => nothingOf(readId(cell)),
  },
  rating: number({ written: 'stars, 1–5', doc: 'Average stars.' }, { min: 1, max: 5, scale: 100 }, (said) => ({
    ratingHundredths: said,
  })),
  rating_count: number({ written: 'count', doc: 'How many ratings the stars come from.' }, COUNT, (said) => ({
    ratingCount: said,
  })),
  cancel_rate: number(
    { written: 'percent, 0–100', doc: 'How often the provider cancels accepted work.' },
    PERCENT,
    (said) => ({
      cancelRateBasisPoints: said,
    }),
  ),
  block_rate: number(
    { written: 'percent, 0–100', doc: 'How often companies blocked the provider.' },
    PERCENT,
    (said) => ({
      blockRateBasisPoints: said,
    }),
  ),
  completed_overall: number({ written: 'count', doc: 'Work orders completed for all companies.' }, COUNT, (said) => ({
    completedOverall: said,
  })),
  completed_for_us: number({ written: 'count', doc: 'Work orders completed for your company.' }, COUNT, (said) => ({
    completedForUs: said,
  })),
  latitude: {
    written: 'degrees, −90–90',
    doc: 'Of the provider’s place; with longitude.',
    read: (cell) => nothingOf(readNumber(cell, LATITUDE)),
  },
  longitude: {
    written: 'degrees, −180–180',
    doc: 'Of the provider’s place; with latitude.',
    read: (cell) => nothingOf(readNumber(cell, LONGITUDE)),
  },
  groups: {
    written: 'ids with `;` between them; `none`',
    doc: 'All preferred groups (talent pools) the provider is in.',
    read: (cell, atMs) => dated(readIds(cell), atMs, (said) => ({ groups: said })),
  },
  certifications: {
    written: CREDENTIALS,
    doc: 'All certifications the provider holds.',
    read: (cell, atMs) => dated(readCredentials(cell), atMs, (said) => ({ certifications: said })),
  },
  licenses: {
    written: CREDENTIALS,
    doc: 'All licenses the provider holds.',
    read: (cell, atMs) => dated(readCredentials(cell), atMs, (said) => ({ licenses: said })),
  },
  background_check: flag('Whether there is a valid background check.', (said) => ({ hasBackgroundCheck: said })),
  drug_test: flag('Whether there is a valid drug test.', (said) => ({ hasDrugTest: said })),
  w2: flag('Whether the provider is a W-2 employee.', (said) => ({ isW2: said })),
  blocked: flag(
    'Whether the provider must not be invited. A yes stands, whatever the platform says, until a file says no.',
    (said) => ({ isBlocked: said }),
  ),
};

/** Null: the row does not say both. */
export function readPlace(latitude: Cell, longitude: Cell, atMs: number): ImportedFacts['coordinates'] | null {
  const [north, east] = [readNumber(latitude, LATITUDE), readNumber(longitude, LONGITUDE)];
  if (north.kind === 'flaw' || east.kind === 'flaw') return null;
  return { value: { latitudeE6: north.value, longitudeE6: east.value }, observedAtMs: atMs };
}

const PERSONAL =
  /name$|mail|phone|mobile|address|street|^(city|state|zip(_?code)?|postal_?code|postcode|country|ssn|tax_id|ein|dob|birth.*)$/;

/** Who somebody is and where they live: never stored. */
export function isPersonalColumn(name: string): boolean {
  return PERSONAL.test(name);
}

/** The documentation's table, in Markdown. */
export function providerColumnTable(): string {
  const rows = Object.entries(PROVIDER_COLUMNS).map(
    ([name, { written, doc }]) => `| \`${name}\` | ${written} | ${doc} |`,
  );
  return ['| column or key | written as | what it is |', '|---|---|---|', ...rows].join('\n');
}

function number(
  column: Omit<ProviderColumn, 'read'>,
  range: NumberRange,
  into: (said: Dated<number>) => ImportedFacts,
): ProviderColumn {
  return { ...column, read: (cell, atMs) => dated(readNumber(cell, range), atMs, into) };
}

function flag(doc: string, into: (said: Dated<boolean>) => ImportedFacts): ProviderColumn {
  return { written: 'yes or no', doc, read: (cell, atMs) => dated(readFlag(cell), atMs, into) };
}

function dated<Value>(
  read: ReadCell<Value>,
  observedAtMs: number,
  into: (said: Dated<Value>) => ImportedFacts,
): ReadCell<ImportedFacts> {
  return read.kind === 'flaw' ? read : { kind: 'value', value: into({ value: read.value, observedAtMs }) };
}

/** Checked here, used elsewhere. */
function nothingOf(read: ReadCell<number>): ReadCell<ImportedFacts> {
  return read.kind === 'flaw' ? read : { kind: 'value', value: {} };
}
