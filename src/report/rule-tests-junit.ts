import type { TestedRulesResult, TestResult } from '../analysis/run-rule-tests.ts';
import { formatProblem, type Problem } from '../domain/problem.ts';
import { differenceLine, failureLines } from './rule-tests-text.ts';

/**
 * JUnit's XML, as build servers read it: one suite a rule file, its tests as cases; coverage as a property of the suite. `problems`:
 * of files whose tests cannot be run at all, each an error in a suite of its own.
 */
export function ruleTestsJunit(files: readonly TestedRulesResult[], problems: readonly Problem[]): string {
  const all = files.flatMap(({ results }) => results);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="fieldmarshal rules test"${counts(all, problems.length)}>`,
    ...(problems.length === 0 ? [] : brokenFiles(problems)),
    ...files.flatMap(suite),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite({ path, ruleFileId, results, coverage }: TestedRulesResult): readonly string[] {
  return [
    `  <testsuite name="${escapeXml(path)}"${counts(results)}>`,
    `    <properties><property name="coverage" value="${coverage.percent}"/></properties>`,
    ...results.flatMap((result) => testCase(ruleFileId, result)),
    '  </testsuite>',
  ];
}

function brokenFiles(problems: readonly Problem[]): readonly string[] {
  const cases = problems.flatMap((problem) => {
    const { where, line, what } = problem;
    const at = line === null ? '' : ` line="${line}"`;
    const name = `${line === null ? where : `${where}:${line}`} ${problem.code}`;
    return [
      `    <testcase classname="rule files" name="${escapeXml(name)}" file="${escapeXml(where)}"${at}>`,
      `      <error message="${escapeXml(`${problem.code} ${what}`)}">${escapeXml(formatProblem(problem))}</error>`,
      '    </testcase>',
    ];
  });
  return [`  <testsuite name="rule files"${counts([], problems.length)}>`, ...cases, '  </testsuite>'];
}

/** `more`: errors beside those of tests. */
function counts(results: readonly TestResult[], more = 0): string {
  const of = (kind: TestResult['kind']) => results.filter((one) => one.kind === kind).length;
  const errors = of('not_run') + of('broken') + more;
  return ` tests="${results.length + more}" failures="${of('failed')}" errors="${errors}"`;
}

function testCase(ruleFileId: string, result: TestResult): readonly string[] {
  const { name, place } = result;
  const { path, line } = place;
  const head = `    <testcase classname="${escapeXml(ruleFileId)}" name="${escapeXml(name)}" file="${escapeXml(path)}" line="${line}"`;
  if (result.kind === 'passed') return [`${head}/>`];
  const element = result.kind === 'failed' ? 'failure' : 'error';
  const lines = failureLines(result);
  const message = result.kind === 'failed' ? result.differences.map(differenceLine).join('; ') : lines.join('; ');
  const text = lines.join('\n');
  return [
    `${head}>`,
    `      <${element} message="${escapeXml(message)}">${escapeXml(text)}</${element}>`,
    '    </testcase>',
  ];
}

/** Characters that XML cannot hold at all, such as control characters and halves of a pair, become spaces. */
export function escapeXml(text: string): string {
  return [...text].map(escapeCharacter).join('');
}

const ESCAPED: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
  ['\t', '&#9;'],
  ['\n', '&#10;'],
  ['\r', '&#13;'],
]);

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const isForbidden = code < 0x20 || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff;
  return ESCAPED.get(character) ?? (isForbidden ? ' ' : character);
}
