import { type JsonValue, toCanonicalJson } from '../../domain/json.ts';
import type { Candidate } from '../../domain/scored-slate.ts';
import { type PreparedBody, toBody } from './body.ts';
import { writeDated } from './dated-text.ts';

export function bodyOfCandidate(candidate: Candidate): PreparedBody {
  const { facts, verdicts } = candidate;
  const { text, times } = writeDated({ facts, verdicts });
  return toBody(writeMembers(candidate, text), times);
}

type PlainKey = Exclude<keyof Candidate, 'facts' | 'verdicts' | 'raw'>;

/** All of a candidate that stands in its body as it is. */
const PLAIN: { readonly [key in PlainKey]: true } = {
  ...{ actions: true, costCents: true, kind: true, platform: true, providerId: true, request: true, route: true },
};

/** In canonical order. */
const MEMBERS = [...(Object.keys(PLAIN) as PlainKey[]), 'dated' as const, 'raw' as const].sort();

/** As `prepareBody` does it for whatever there is. */
function writeMembers(candidate: Candidate, dated: string): string {
  let text = '';
  for (const key of MEMBERS) {
    const member = key === 'dated' ? dated : key === 'raw' ? writeRaw(candidate.raw) : toCanonicalJson(candidate[key]);
    text += `${text === '' ? '{' : ','}"${key}":${member}`;
  }
  return `${text}}`;
}

/** A provider's profile is the same object on every slate of a run. */
const writtenProfiles = new WeakMap<object, string>();

function writeRaw(raw: JsonValue): string {
  if (typeof raw !== 'object' || raw === null || !('profile' in raw)) return toCanonicalJson(raw);
  const { profile, row } = raw;
  const isPlain = typeof profile === 'object' && profile !== null && row !== undefined;
  if (!isPlain || Object.keys(raw).length > 2) return toCanonicalJson(raw);
  const written = writtenProfiles.get(profile) ?? toCanonicalJson(profile);
  writtenProfiles.set(profile, written);
  return `{"profile":${written},"row":${toCanonicalJson(row)}}`;
}
