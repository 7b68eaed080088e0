import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** How the platform signs: `v3` an HMAC-SHA256 of the raw body, `v2` an MD5 of the secret and the raw body. */
export type SignatureForm = 'v3' | 'v2';

/** One of them is enough, so that a new secret can be set before the old one is gone. */
export type Secrets = {
  readonly secrets: readonly string[];
  /** MD5 is weak, and that form says no time: only where somebody has said so. */
  readonly allowsMd5: boolean;
};

/**
 * The form in which the body is signed with one of the secrets; null: in none. Every secret is tried, and a header that is
 * missing or misshapen costs the same comparison: the time taken says nothing about how near a guess came. A delivery that
 * carries the stronger signature is judged by that one alone.
 */
export function verifySignature(body: Uint8Array, headers: Headers, trusted: Secrets): SignatureForm | null {
  const form = headers['x-fn-signature'] === undefined && trusted.allowsMd5 ? 'v2' : 'v3';
  const given = form === 'v3' ? readDigest(headers['x-fn-signature'], V3) : readDigest(headers['fn-hash'], V2);
  let isGood = false;
  for (const secret of trusted.secrets) {
    const digest = form === 'v3' ? hmacSha256(secret, body) : md5(secret, body);
    isGood = timingSafeEqual(digest, given.digest) || isGood;
  }
  return isGood && given.isWellFormed ? form : null;
}

type Shape = { readonly pattern: RegExp; readonly bytes: number };

const V3: Shape = { pattern: /^sha256=([0-9a-f]{64})$/, bytes: 32 };
const V2: Shape = { pattern: /^([0-9a-f]{32})$/, bytes: 16 };

/** Always as long as a digest: zeros stand for what cannot be read. */
function readDigest(header: Headers[string], { pattern, bytes }: Shape) {
  const hex = typeof header === 'string' ? pattern.exec(header)?.[1] : undefined;
  return { digest: hex === undefined ? Buffer.alloc(bytes) : Buffer.from(hex, 'hex'), isWellFormed: hex !== undefined };
}

function hmacSha256(secret: string, body: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(body).digest();
}

function md5(secret: string, body: Uint8Array): Buffer {
  return createHash('md5').update(secret).update(body).digest();
}
