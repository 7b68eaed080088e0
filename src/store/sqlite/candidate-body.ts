import type { RankedCandidate } from '../../domain/decision.ts';
import { type JsonValue, toCanonicalJson } from '../../domain/json.ts';
import type { Candidate } from '../../domain/scored-slate.ts';
import { type PreparedBody, prepareBody } from './body.ts';

/** Live and shadow decisions of one run share their candidates. */
const bodies = new WeakMap<Candidate, PreparedBody>();

export function bodyOfCandidate(candidate: Candidate): PreparedBody {
  const known = bodies.get(candidate);
  if (known !== undefined) return known;
  const { facts, verdicts, raw, ...plain } = candidate;
  const body = prepareBody(plain, { facts, verdicts }, { raw: writeRaw(raw) });
  bodies.set(candidate, body);
  return body;
}

/** Once they are written: the texts of a thousand slates are more than half a gigabyte. Made again where somebody needs one once more. */
export function forgetBodies(candidates: readonly RankedCandidate[]): void {
  for (const { scored } of candidates) bodies.delete(scored.candidate);
}

/** A provider's profile is the same object on every slate of a run. */
const writtenProfiles = new WeakMap<object, string>();

function writeRaw(raw: JsonValue): string {
  if (typeof raw !== 'object' || raw === null || !('profile' in raw)) return toCanonicalJson(raw);
  const { profile, row, ...others } = raw;
  const isPlain = typeof profile === 'object' && profile !== null && row !== undefined;
  if (!isPlain || Object.keys(others).length > 0) return toCanonicalJson(raw);
  const written = writtenProfiles.get(profile) ?? toCanonicalJson(profile);
  writtenProfiles.set(profile, written);
  return `{"profile":${written},"row":${toCanonicalJson(row)}}`;
}
