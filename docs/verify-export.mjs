// Checks an export of a fieldmarshal ledger with nothing but Node's own modules: node verify-export.mjs FILE [HEAD]
// The recipe is in ledger.md. Exit code 0: whole; 1: not as it was written, and the first bad line is named.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

const [file = '', given = null] = process.argv.slice(2);
const wantedHead = given?.trim().toLowerCase() ?? null;
const sha256 = (text) => createHash('sha256').update(text, 'utf8').digest('hex');
const contents = new Set(); // hashes of rule texts and bodies that are here
const missing = new Map(); // hashes of bodies that were erased, by line: each needs a tombstone
const tombstones = new Set();
let ledger = null;
let last = null; // the link before
let heads = 0;
let line = 0;

function fail(what) {
  console.error(`line ${line}: ${what}`);
  process.exit(1);
}

if (wantedHead !== null && !/^[0-9a-f]{12,64}$/.test(wantedHead)) fail(`HEAD is at least the first 12 of 64 digits, not "${given}"`);

function checkContent({ type, hash, text }) {
  if (text !== null && sha256(text) !== hash) fail(`${type} ${hash} is not as it was written`);
  if (text === null) missing.set(hash, line);
  contents.add(hash);
}

function checkLink({ seq, kind, rowId, rowHash, prevHash, hash, row }) {
  const name = `link ${seq} (${kind} ${rowId})`;
  if (seq !== (last === null ? ledger.firstLink : last.seq + 1)) fail(`${name} is not the next one`);
  if (prevHash !== (last?.hash ?? (seq === 1 ? '0'.repeat(64) : prevHash))) fail(`${name} does not follow the one before`);
  if (sha256(JSON.stringify([prevHash, seq, kind, rowId, rowHash])) !== hash) fail(`${name} is not as it was written`);
  if (row === null || sha256(JSON.stringify(row)) !== rowHash) fail(`the row of ${name} is not as it was written`);
  for (const named of namedBy(kind, row)) if (!contents.has(named)) fail(`${name} names ${named}, which is not here`);
  if (kind === 'tombstone') tombstones.add(row[1]);
  if (wantedHead !== null && hash.startsWith(wantedHead)) heads += 1;
  last = { seq, hash };
}

/** A decision is [work order's body, batch's body, row, candidates, intents], a candidate [its body, row]. */
function namedBy(kind, row) {
  if (kind === 'rule_set') return JSON.parse(row[2]).map(([, hash]) => hash);
  return kind === 'decision' ? [row[0], row[1], ...row[3].map(([body]) => body)] : [];
}

for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
  line += 1;
  const item = JSON.parse(text);
  if (line === 1 && (item.type !== 'ledger' || item.format !== 1)) fail('this is no export of format 1');
  if (line === 1) ledger = item;
  else if (item.type === 'body' || item.type === 'rule_text') checkContent(item);
  else if (item.type === 'link') checkLink(item);
}
if (ledger === null || (last?.seq ?? ledger.firstLink - 1) !== ledger.lastLink) fail('the end is missing');
// What the first line says of the whole ledger is in no hash: it may ask for more, never for less.
const gone = [...missing].filter(([hash]) => !tombstones.has(hash));
if (ledger.firstLink === 1) for (const [hash, at] of gone) fail(`body ${hash} (line ${at}) is gone without a tombstone up to the last link here`);
const isWhole = ledger.firstLink === 1 && ledger.lastLink === ledger.ledgerLinks;
if (isWhole && (last?.hash ?? null) !== ledger.ledgerHead) fail(`the last link is not the head that line 1 names, ${ledger.ledgerHead}`);
if (wantedHead !== null && heads === 0) fail(`the head ${wantedHead} is not among the links: cut off, or written anew`);
const of = isWhole ? 'whole' : `part of a ledger of ${ledger.ledgerLinks} links, ${gone.length} bodies gone without a tombstone in this part`;
console.log(`${of}: links ${ledger.firstLink} to ${ledger.lastLink}, the last ${last?.hash}, ${missing.size} bodies erased`);
