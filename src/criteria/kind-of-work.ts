import { plainName } from '../domain/plain-name.ts';

/** A kind of work as profiles and work orders name it; `id` null: the platform gave only the name. */
type KindOfWork = { readonly id: number | null; readonly name: string };

/**
 * The entries that `written` means: those with that id or full name (case and spaces do not count); when there are none,
 * those whose name has it as the short form in brackets (`ATM` for `Automated Teller Machine (ATM)`) or before the brackets.
 */
export function kindsNamed<Kind extends KindOfWork>(kinds: readonly Kind[], written: string): readonly Kind[] {
  const name = plainName(written);
  const exact = kinds.filter((kind) => plainName(kind.name) === name || (kind.id !== null && String(kind.id) === name));
  return exact.length > 0 ? exact : kinds.filter((kind) => shortForms(kind.name).includes(name));
}

function shortForms(name: string): readonly string[] {
  const parts = /^(.+?) ?\(([^()]+)\)$/.exec(plainName(name));
  return parts === null ? [] : [parts[1] ?? '', parts[2] ?? ''];
}
