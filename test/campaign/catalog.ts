import { batch } from './batch.ts';
import { bytes } from './bytes/bytes.ts';
import type { Campaign } from './campaign-contract.ts';
import { disk } from './disk/disk.ts';
import { exporting } from './export.ts';
import { flips } from './flips.ts';
import { kills } from './kills/kills.ts';
import { powerCuts } from './power-cuts/power-cuts.ts';
import { pulling } from './pulling.ts';
import { replaying } from './replay.ts';
import { ruleTexts } from './rule-texts.ts';
import { mutants, simulation } from './simulation.ts';
import { verifying } from './verify/verify.ts';
import { warnings } from './warnings.ts';

/** One line each. */
export const CAMPAIGNS: readonly Campaign[] = [
  bytes,
  disk,
  kills,
  powerCuts,
  simulation,
  mutants,
  replaying,
  pulling,
  exporting,
  ruleTexts,
  warnings,
  verifying,
  flips,
  batch,
];
