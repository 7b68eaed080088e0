import type { Campaign } from './campaign-contract.ts';
import { kills } from './kills/kills.ts';

/** One line each. */
export const CAMPAIGNS: readonly Campaign[] = [kills];
