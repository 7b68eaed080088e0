import type { JsonObject } from '../domain/json.ts';
import type { Criterion, RuleFile } from '../domain/rule-file.ts';
import { CREDIT, creditOf, type Exported, ON_MISSING, onMissingOf } from './export-json-rules-engine.ts';
import { nameOnPlatform } from './export-selection-rule.ts';
import { type NotExpressed, notExpressedByKey, notExpressedOf } from './not-expressed.ts';
import { type OneComparison, oneComparison } from './one-comparison.ts';
import { toCodeForm } from './platform-codes.ts';

const NOTES: readonly string[] = [
  '`selection_rule` is the rule as the platform shows it in the pending list, without what is about one provider (points, status, order, is_match). It carries no thresholds: these stand in `thresholds`, by the same id.',
  '`inline` is what the platform takes when routing; it filters, so only required criteria are in it, and it may ignore the rule.',
  '`definition` is the rule by the codes of the platform. It knows more than, less than, equal and not equal; how it writes a yes is not documented, here it is "1".',
  'Values are what people write: stars, percent, miles, counts.',
];

/** A criterion with the one comparison it comes to; null: the platform has no words for it. */
type Told = { readonly criterion: Criterion; readonly compared: OneComparison | null };

/** The criteria in the platform's own shapes: as it shows a rule, as it takes one inline, and by its codes. */
export function exportFieldNation(file: RuleFile): Exported {
  const told = file.criteria.map((criterion) => ({ criterion, compared: oneComparison(criterion) }));
  const coded = told.flatMap(({ criterion, compared }) =>
    compared === null ? [] : [{ criterion, form: toCodeForm(criterion, compared) }],
  );
  const inline = told.flatMap(toInline);
  const notExpressed = [
    ...told.flatMap(wordless),
    ...leftAtHome(file, inline),
    ...coded.flatMap(({ form }) => form.notExpressed),
    ...notExpressedByKey(file, ON_MISSING, onMissingOf),
    ...notExpressedByKey(file, CREDIT, creditOf),
    ...notExpressedByKey(file, BECAUSE, ({ because }) => because),
    ...notExpressedOf(file),
  ];
  const results = coded.flatMap(({ form }) => (form.result === null ? [] : [form.result]));
  const document = {
    format: 'fieldnation',
    manifest: { rule_file: file.id, name: file.name, hash: file.hash },
    selection_rule: toShownRule(file),
    thresholds: told.flatMap(toThreshold),
    inline: { selection_rule: { rules: inline.map(({ rule }) => rule) } },
    definition: { id: file.selectionRuleId, name: file.name, results },
    notes: NOTES,
    not_expressed: notExpressed,
  };
  return { document, notExpressed };
}

const BECAUSE = {
  code: 'FM-R945',
  at: 'selection_rule.rules.because',
  what: 'The platform has no place for why a criterion is asked',
  fix: 'It stays in the rule file; here it stands by criterion.',
} as const;

/** Keys and their order as in a pending row, `results[].selection_rule`. */
function toShownRule({ criteria, selectionRuleId }: RuleFile): JsonObject {
  const maxPoints = criteria.reduce((sum, { weight }) => sum + weight, 0);
  return {
    id: selectionRuleId === 0 ? false : selectionRuleId,
    is_default: selectionRuleId === 0,
    criterion: criteria.map(({ position, weight, label, isRequired, canRemote }) => ({
      id: position,
      weight,
      name: label,
      is_required: isRequired,
      can_remote: canRemote,
      width: maxPoints > 0 ? `${Math.floor((100 * weight) / maxPoints)}%` : '0%',
    })),
    max_points: maxPoints,
  };
}

function toThreshold({ criterion, compared }: Told): readonly JsonObject[] {
  if (compared === null) return [];
  const { definition, operator, params, value } = compared;
  const compare = { operator: operator.sign, value };
  const fact = params === null ? { fact: definition.fact.name } : { fact: definition.fact.name, params };
  return [{ id: criterion.position, key: criterion.key, ...fact, ...compare }];
}

type Inline = { readonly position: number; readonly rule: JsonObject };

/** Only what is required: the platform filters by it. A list of values has no room in the form. */
function toInline({ criterion, compared }: Told): readonly Inline[] {
  if (compared === null || !criterion.isRequired) return [];
  const { definition, operator, value } = compared;
  const name = nameOnPlatform(definition, criterion);
  if (name === null || typeof value === 'object') return [];
  return [{ position: criterion.position, rule: { name, operator: operator.sign, value } }];
}

function wordless({ criterion, compared }: Told): readonly NotExpressed[] {
  if (compared !== null) return [];
  return [
    {
      code: 'FM-R947',
      at: `criterion "${criterion.key}"`,
      what: 'Its condition is not one comparison of a criterion that the platform knows',
      fix: 'Write it in the short form (name, operator, one value), or keep it in the rule file alone.',
      value: criterion.label,
    },
  ];
}

function leftAtHome({ criteria }: RuleFile, inline: readonly Inline[]): readonly NotExpressed[] {
  const sent = new Set(inline.map(({ position }) => position));
  const left = criteria.filter(({ position }) => !sent.has(position)).map(({ key }) => key);
  const what = 'These criteria are not in it: it takes required ones of one comparison with one value';
  const fix = 'They decide here, after the platform has filtered.';
  return left.length === 0 ? [] : [{ code: 'FM-R948', at: 'inline', what, fix, value: left }];
}
