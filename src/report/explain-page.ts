import { type ExplainInput, explainCard } from './explain-card.ts';
import { escapeHtml, PAGE_MARK } from './section.ts';

/** The same as the card, as a page. */
export function explainPage(input: ExplainInput): string {
  const title = `Decision ${input.decision.id}`;
  return [
    PAGE_MARK,
    `<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>`,
    `<body><main><h1>${escapeHtml(title)}</h1><pre>${explainCard(input).split('\n').map(escapeHtml).join('\n')}</pre></main></body></html>`,
    '',
  ].join('\n');
}
