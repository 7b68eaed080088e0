/** `1 provider`, `2 providers`; `nouns` for words that do not just add an s. */
export function counted(count: number, noun: string, nouns: string = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}
