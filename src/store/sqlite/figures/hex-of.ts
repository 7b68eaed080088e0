/** A hash column as the lower-case hex that `Sha256` is: a Buffer for each of very many rows costs more than all else of them. */
export function hexOf(column: string): string {
  return `nullif(lower(hex(${column})), '')`;
}
