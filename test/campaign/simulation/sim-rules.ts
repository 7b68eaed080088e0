import { hashText } from '../../../src/domain/json.ts';
import type { RuleFile, Stage } from '../../../src/domain/rule-file.ts';
import { aCriterion, aRuleFile, aTest, NO_GUARDRAILS } from '../../support/builders.ts';
import { REQUIRED_RATING } from './broken-guard.ts';
import type { Random } from './random.ts';

/** A rule file as ops might write one: who is good enough never varies, what is done with them does. */
export function drawRuleFile(random: Random): RuleFile {
  const { maxDailyTotalCents, ...pay } = drawPay(random);
  const drawn = {
    stages: drawStages(random),
    guardrails: {
      ...NO_GUARDRAILS,
      perProvider: {
        perDay: random.pick([null, null, 1, 2]),
        per7Days: random.pick([null, null, 3]),
        forbidOverlap: random.chance(0.7),
        travelBufferMinutes: random.pick([0, 60]),
        forbidAfterGiveBack: true,
      },
      pay: { ...pay, maxDailyTotalCents },
      stopAfterErrors: random.pick([null, 1, 3]),
    },
  };
  const text = JSON.stringify(drawn);
  return aRuleFile({
    criteria: [
      aCriterion({ when: aTest('provider.rating', 'greaterThanInclusive', REQUIRED_RATING) }),
      aCriterion({
        position: 2,
        key: 'worked_with',
        label: 'Worked with your company before',
        weight: 10,
        when: aTest('provider.worked_with', 'equal', true),
      }),
      ...[400, 460, 480].map((rating, index) =>
        aCriterion({
          position: index + 3,
          key: `stars_${rating}`,
          weight: 20,
          isRequired: false,
          when: aTest('provider.rating', 'greaterThanInclusive', rating),
        }),
      ),
    ],
    ...drawn,
    text,
    hash: hashText(text),
  });
}

/** Most files act on everything; some on a share, and some only on what a person approves. */
export function inSomeMode(file: RuleFile, random: Random): RuleFile {
  const mode = random.pick(['enforce', 'enforce', 'enforce', 'canary', 'recommend'] as const);
  if (mode === 'enforce') return file;
  const text = JSON.stringify([mode, file.text]);
  return {
    ...file,
    mode,
    canaryPercent: mode === 'canary' ? random.pick([25, 50, 90]) : 0,
    text,
    hash: hashText(text),
  };
}

function drawPay(random: Random): RuleFile['guardrails']['pay'] {
  return {
    maxTotalCents: random.pick([null, 30_000]),
    acceptCounters: random.chance(0.6),
    maxCounterOverBasePercent: random.pick([null, 10]),
    maxDailyTotalCents: random.pick([null, null, null, 60_000]),
  };
}

type Drawn = { readonly [Do in Stage['do']]?: () => Stage };

function drawStages(random: Random): readonly Stage[] {
  const timing = { n: 0, afterMinutes: 0 };
  const minPoints = random.pick([0, 0, 0, 60]);
  const kinds: Drawn = {
    assign: () => ({
      ...timing,
      do: 'assign',
      minPoints,
      minMargin: random.pick([0, 0, 0, 20]),
      withdrawRoutes: random.chance(0.7),
    }),
    route: () => ({ ...timing, do: 'route', minPoints }),
    mass_route: () => ({ ...timing, do: 'mass_route', top: random.between(2, 5), talentPoolId: null, minPoints }),
  };
  const names = random.pick<readonly (keyof Drawn)[]>([
    ['assign'],
    ['route', 'assign'],
    ['assign', 'route', 'assign', 'mass_route'],
    ['mass_route', 'assign'],
    ['route', 'mass_route', 'assign'],
    ['assign', 'mass_route'],
  ]);
  const stages = names.flatMap((name) => kinds[name]?.() ?? []);
  const published: readonly Stage[] = random.chance(0.5) ? [{ ...timing, do: 'publish' }] : [];
  let afterMinutes = 0;
  return [...published, ...stages].map((stage, index) => {
    afterMinutes += index === 0 ? 0 : random.between(0, 5);
    return { ...stage, n: index + 1, afterMinutes };
  });
}
