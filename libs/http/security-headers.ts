// Security headers of every answer (OWASP secure headers; the policy's parts are explained beside it).

/**
 * Hashes of style elements that the web app's parts inject. React Aria's press handling is the only owner of inline style;
 * its hash changes with its version, and the browser tests fail on any report of a violation.
 */
export const STYLE_HASHES = ["'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='"];

const HSTS = { "strict-transport-security": "max-age=31536000; includeSubDomains" };

/** The web app's content security policy: nothing from elsewhere, nothing inline, no frames around it. */
export const WEB_POLICY = policy({ "style-src": ["'self'", ...STYLE_HASHES] });

/** For answers that are never documents: even a browser that is led to open one runs and loads nothing. */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** Builds a policy out of the strict one, with some directives replaced. */
export function policy(overrides: Record<string, string[]>): string {
  const directives: Record<string, string[]> = {
    "default-src": ["'self'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "blob:", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "worker-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    ...overrides,
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(" ")}`)
    .join("; ");
}

/**
 * Headers of answers that are data: what a browser that is led to open one has to know (OWASP REST security cheat sheet), and
 * that nobody keeps them. @param https as in {@link securityHeaders}
 */
export function dataHeaders(https: boolean): Record<string, string> {
  return {
    "content-security-policy": DATA_POLICY,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    ...(https && HSTS),
  };
}

/** Headers of every other answer. @param https whether people reach this instance by https only */
export function securityHeaders(https: boolean): Record<string, string> {
  return {
    "content-security-policy": WEB_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "x-dns-prefetch-control": "off",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ...(https && HSTS),
  };
}
