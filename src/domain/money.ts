/** Whole US cents, from a decimal amount of dollars as the platform's JSON has it (150, 37.5). Half cents round away from zero. */
export function centsFromUsd(usd: number): number {
  return Math.sign(usd) * Math.round(Math.abs(usd) * 100);
}

/** `$1,234.50`; no locale is consulted. */
export function formatCents(cents: number): string {
  const whole = String(Math.floor(Math.abs(cents) / 100)).replace(/\B(?=(\d{3})+$)/g, ',');
  const rest = String(Math.abs(cents) % 100).padStart(2, '0');
  return `${cents < 0 ? '-' : ''}$${whole}.${rest}`;
}
