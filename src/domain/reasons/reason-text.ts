/** `{name}` in a sentence or remedy is filled from the reason's detail. */
export type ReasonText = { readonly title: string; readonly sentence: string; readonly remedy: string };

export type ReasonTable = { readonly [code: `FM-${number}`]: ReasonText };

/** The remedy where there is nothing to mend. */
export const NOTHING = 'Nothing to do.';
