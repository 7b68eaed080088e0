const UNIT_MS: { readonly [unit: string]: number } = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** How a moment may be written, for messages. */
export const MOMENT_FORMS = '30m, 24h, 7d, 2w (ago), 2026-11-22 (midnight UTC) or 2026-11-22T14:00:00Z';

/** Epoch ms of what somebody typed after `--since`; null when it is no moment. */
export function parseMoment(text: string, nowMs: number): number | null {
  const ago = parseDuration(text);
  if (ago !== null) return nowMs - ago;
  return parseInstant(text);
}

/** Milliseconds of `30m`, `24h`, `7d`, `2w`; null when it is no length of time. */
export function parseDuration(text: string): number | null {
  const found = /^(\d{1,6})([mhdw])$/.exec(text);
  return found === null ? null : Number(found[1]) * (UNIT_MS[found[2] ?? ''] ?? 0);
}

/** Epoch ms of `2026-11-22` (midnight UTC) or `2026-11-22T14:00:00Z`; null when it is neither. */
export function parseInstant(text: string): number | null {
  // Without its zone a time would mean another moment on another machine.
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(text)) return null;
  const epochMs = Date.parse(text);
  // Date.parse takes 31 February for 3 March in some forms.
  const isReal =
    !Number.isNaN(epochMs) && new Date(Date.parse(text.slice(0, 10))).toISOString().startsWith(text.slice(0, 10));
  return isReal ? epochMs : null;
}
