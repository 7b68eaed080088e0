import { agreementReport } from './agreement.ts';
import { attritionReport } from './attrition.ts';
import { decisionsReport } from './decisions.ts';
import { effectsReport } from './effects.ts';
import { exclusionsReport } from './exclusions.ts';
import { fairnessReport } from './fairness.ts';
import { holdsReport } from './holds.ts';
import { incompleteDataReport } from './incomplete-data.ts';
import { invariantsReport } from './invariants.ts';
import { latencyReport } from './latency.ts';
import { openIntentsReport } from './open-intents.ts';
import { overridesReport } from './overrides.ts';
import { parityReport } from './parity.ts';
import { providerShareReport } from './provider-share.ts';
import type { Report } from './report.ts';
import { ruleImpactReport } from './rule-impact.ts';
import { rulesReport } from './rules.ts';
import { runsReport } from './runs.ts';
import { spendReport } from './spend.ts';
import { whyReport } from './why.ts';
import { whyNotReport } from './why-not.ts';

/** Every report. A new one is a file here and a line in this list. */
export const REPORTS: readonly Report[] = [
  runsReport,
  decisionsReport,
  whyReport,
  whyNotReport,
  attritionReport,
  holdsReport,
  spendReport,
  providerShareReport,
  fairnessReport,
  overridesReport,
  parityReport,
  incompleteDataReport,
  effectsReport,
  openIntentsReport,
  latencyReport,
  ruleImpactReport,
  exclusionsReport,
  invariantsReport,
  rulesReport,
  agreementReport,
];
