import type { OptionTable } from './command.ts';

const BECAUSE = {
  kind: 'text',
  placeholder: 'TEXT',
  default: null,
  doc: 'Why, in words: shown wherever it stops something. Needed.',
} as const;

const JSON_SWITCH = { kind: 'switch', doc: 'One JSON object.' } as const;

/** Of what begins something that a person may limit in time. */
export const BEGIN_OPTIONS = {
  because: BECAUSE,
  for: { kind: 'text', placeholder: 'TIME', default: null, doc: 'How long: 30m, 2h, 3d, 1w.' },
  until: {
    kind: 'text',
    placeholder: 'TIME',
    default: null,
    doc: 'The first moment at which it no longer holds: 2026-11-22 (midnight UTC) or 2026-11-22T14:00:00Z. Default: until somebody ends it.',
  },
  json: JSON_SWITCH,
} as const satisfies OptionTable;

export const END_OPTIONS = { because: BECAUSE, json: JSON_SWITCH } as const satisfies OptionTable;

export const LIST_OPTIONS = {
  all: { kind: 'switch', doc: 'Those that no longer hold, too.' },
  json: { kind: 'switch', doc: 'One JSON object for each.' },
} as const satisfies OptionTable;
