/** The kinds of samples that are not shown; the rest is curl, TypeScript (fetch), Python and Java. */
const hiddenClients = {
  ...Object.fromEntries(
    'c clojure csharp dart fsharp go http julia kotlin node objc ocaml php powershell r ruby rust swift'
      .split(' ')
      .map(name => [name, true]),
  ),
  java: ['asynchttp', 'okhttp', 'unirest'],
  js: ['axios', 'jquery', 'ofetch', 'xhr'],
  python: ['python3', 'aiohttp', 'httpx_sync', 'httpx_async'],
  shell: ['httpie', 'wget'],
};

/** Attributes that screen readers need and Scalar's markup lacks: selector, attribute, its value in English and in Chinese. */
const missingAttributes = [
  ['.code-input-lite__editor[role=combobox]:not([aria-expanded])', 'aria-expanded', 'false', 'false'],
  ['input[role=combobox]:not([aria-expanded])', 'aria-expanded', 'true', 'true'],
  ['[class*=scopes-accordion] button.shrink-0[aria-expanded]:not([aria-label])', 'aria-label', 'Scopes', '权限范围'],
  ['.cm-content[role=textbox]:not([aria-label])', 'aria-label', 'Body', '正文'],
  ['button[role=none]', 'role', 'button', 'button'],
  // It names a block that is not there while it is folded.
  ['button[class*=copy-button][aria-controls^=scalar-client]', 'aria-controls', '', ''],
  // Narrow screens show the sign without the word.
  ['a[href*="/licenses/"]:not([aria-label])', 'aria-label', 'Apache-2.0', 'Apache-2.0'],
];

/** Starts Scalar. It is a file, because the page allows no inline script. Nothing here may ask another origin. */
export const startScript = `const { document: url, locale, client, scopes } = document.getElementById('reference').dataset;
window.Scalar.createApiReference('#reference', {
  url,
  localization: { locale },
  telemetry: false,
  withDefaultFonts: false,
  proxyUrl: '',
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: 'never',
  hideClientButton: true,
  documentDownloadType: 'none',
  hideModels: true,
  featuredClients: ['shell/curl', 'js/fetch', 'python/requests', 'java/nethttp'],
  hiddenClients: ${JSON.stringify(hiddenClients)},
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  authentication: {
    preferredSecurityScheme: 'oauth2',
    securitySchemes: {
      oauth2: {
        flows: {
          authorizationCode: {
            'x-usePkce': 'SHA-256',
            'x-scalar-client-id': client,
            'x-scalar-redirect-uri': new URL('/docs', location).href,
            selectedScopes: scopes.split(' '),
          },
        },
      },
    },
  },
  metaData: { title: document.title },
});
const addAttributes = () => {
  for (const [where, attribute, en, zh] of ${JSON.stringify(missingAttributes)})
    for (const element of document.querySelectorAll(where)) element.setAttribute(attribute, locale === 'en' ? en : zh);
};
let isDue = false;
new MutationObserver(() => {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    addAttributes();
  });
}).observe(document.body, { childList: true, subtree: true });
// The other language opens at the same place.
document.querySelector('.site [hreflang]').addEventListener('click', event => {
  event.currentTarget.hash = location.hash;
});
`;

/** The bar above the reference, and colours. */
export const styleSheet = `:root { --scalar-custom-header-height: 48px; }
body { margin: 0; }
.site {
  position: sticky; top: 0; z-index: 1000; box-sizing: border-box; height: var(--scalar-custom-header-height);
  display: flex; align-items: center; gap: 24px; padding: 0 16px;
  font: 14px/1.4 system-ui, sans-serif; color: #1b1b1b; background: #fff; border-bottom: 1px solid #ddd;
}
.site a { color: inherit; }
.site-name { font-weight: 600; text-decoration: none; }

/* The window for requests has its own buttons up there. */
body:has(.scalar-client--open) .site { visibility: hidden; }
.site-note { padding: 16px; font: 16px/1.5 system-ui, sans-serif; }
#reference:not(:empty) + .site-loading { display: none; }
/* Without scripts nothing loads. */
@media (scripting: none) { .site-loading { display: none; } }
/* Scalar's own are too faint to read (WCAG 2.2, 1.4.3). */
.light-mode {
  --scalar-color-3: #666; --scalar-color-green: #00704a; --scalar-color-yellow: #7d5900;
  --scalar-color-orange: #b83a00; --scalar-color-red: #c7000b;
}
.dark-mode { --scalar-color-3: #a0a0a0; --scalar-color-red: #ff6b66; }
.dark-mode .site { color: #f2f2f2; background: #0f0f0f; border-color: #333; }
`;
