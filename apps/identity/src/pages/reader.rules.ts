import { languages, preferredLanguage, type Language } from '@ciep/kernel';

/** Who reads a page, and where it is. */
export interface Reader {
  readonly language: Language;
  /** Path and query at which the page can be opened. */
  readonly address: string;
}

/** What a page needs to know of a request. */
export interface Asked {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: { readonly cookie?: string | undefined; readonly 'accept-language'?: string | undefined };
}

const languageCookie = 'ciep_language';
const clientCookie = 'ciep_client';
const day = 24 * 3_600;

/**
 * The reader of the page that answers a request. The language is the one chosen on a page, otherwise that of the wish (what a client or
 * a registration says), otherwise the browser's.
 */
export function readerOf({ method = 'GET', url = '/', headers }: Asked, wish?: string): Reader {
  const chosen = cookieIn(headers.cookie, languageCookie);
  return {
    language: languageNamed(chosen) ?? preferredLanguage(wish ?? headers['accept-language']),
    address: method === 'POST' ? pageOfForm(url) : url,
  };
}

/** The languages that a client asks for. */
export const wishIn = ({ ui_locales: wish }: Readonly<Record<string, unknown>>): string | undefined =>
  typeof wish === 'string' && wish !== '' ? wish : undefined;

/** A form has an address of its own, where no page can be opened. */
const pageOfForm = (url: string): string =>
  /^\/oidc\/(interaction\/[^/?]+|(registration|password-recovery|invitation|mail-change)\/[^/?]+\/[^/?]+|session\/end(?=\/confirm))/.exec(
    url,
  )?.[0] ?? url;

/** The address of a page that switches the language: {@link choiceIn} reads it. */
export const inLanguage = (address: string, language: Language): string => `${address}${address.includes('?') ? '&' : '?'}lang=${language}`;

/** The language that the address of a page chooses, and the address without it. */
export function choiceIn(url: string): { language: Language; address: string } | undefined {
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  const parameters = query.split('&');
  const language = languageNamed(parameters.findLast(parameter => /^lang=/.test(parameter))?.slice('lang='.length));
  const others = parameters.filter(parameter => parameter !== '' && !/^lang=/.test(parameter));
  return language && { language, address: others.length > 0 ? `${path}?${others.join('&')}` : path };
}

/** Narrows to a language that the pages have. */
export const languageNamed = (name: unknown): Language | undefined => languages.find(language => language === name);

/** The client whose pages this browser saw last. Anybody may write a cookie, so it only chooses among registered clients. */
export function rememberedClient({ cookie }: Asked['headers']): string | undefined {
  const clientId = cookieIn(cookie, clientCookie);
  return clientId !== undefined && /^[\w-]{1,100}$/.test(clientId) ? clientId : undefined;
}

/** Remembers the chosen language for a year. */
export const languageToKeep = (language: Language, isSecure: boolean): string => cookie(languageCookie, language, 365 * day, isSecure);

/** Remembers for a day which client the person came from, to lead back when the login itself has ended or expired. */
export const clientToKeep = (clientId: string, isSecure: boolean): string => cookie(clientCookie, clientId, day, isSecure);

// Lax, because people arrive by links from other sites.
const cookie = (name: string, value: string, seconds: number, isSecure: boolean): string =>
  `${name}=${value}; Path=/oidc; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;

const cookieIn = (header: string | undefined, name: string): string | undefined =>
  header
    ?.split(/;\s*/)
    .find(pair => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
