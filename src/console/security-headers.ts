/** https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP: only what comes from here, and no script or style in a page. */
export const securityHeaders = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      fontSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
  },
  // Not no-referrer: browsers then send `Origin: null` with our own forms, and could not be told from strangers.
  referrerPolicy: { policy: 'same-origin' },
  strictTransportSecurity: false, // set apart, where it is reached by HTTPS
  xFrameOptions: { action: 'deny' },
} as const;

export const STRICT_TRANSPORT = 'max-age=31536000; includeSubDomains';
