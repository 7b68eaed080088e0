import type { Campaign } from './campaign-contract.ts';

/** One line each. */
export const CAMPAIGNS: readonly Campaign[] = [];
