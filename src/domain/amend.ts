/** The same with these members instead. What is made only when it is read is not read for it, as it would be by `{ ...whole }`. */
export function amend<Whole extends object, More extends object>(
  whole: Whole,
  more: More,
): Omit<Whole, keyof More> & More {
  const members = { ...Object.getOwnPropertyDescriptors(whole), ...Object.getOwnPropertyDescriptors(more) };
  return Object.defineProperties({}, members) as Omit<Whole, keyof More> & More;
}
