/** Parts of a rule file as text; what is not given is valid and short. */
export type RuleTextParts = {
  readonly version?: string;
  readonly id?: string;
  readonly mode?: string;
  readonly priority?: string;
  /** Whole members with a comma behind each, for instance `"owner": 5,`. */
  readonly more?: string;
  readonly rules?: string;
  readonly stages?: string;
  /** Members with a comma before each. */
  readonly decision?: string;
  readonly guardrails?: string;
};

/** A rule file's text with one criterion and one stage, each part on a line of its own. */
export function ruleText(parts: RuleTextParts = {}): string {
  return [
    '{',
    `"version": ${parts.version ?? '1'},`,
    `"id": ${parts.id ?? '"small"'},`,
    '"name": "Small",',
    `"mode": ${parts.mode ?? '"enforce"'},`,
    `"priority": ${parts.priority ?? '0'},`,
    parts.more ?? '',
    '"selection_rule": {"rules": [',
    parts.rules ?? '{"name": "rating", "operator": ">=", "value": 4.5}',
    ']},',
    '"decision": {"stages": [',
    parts.stages ?? '{"after_minutes": 0, "do": "assign"}',
    `]${parts.decision ?? ''}}${parts.guardrails === undefined ? '' : `, "guardrails": {${parts.guardrails}}`}`,
    '}',
  ].join('\n');
}
