import { preferredLanguage, type Language } from '@ciep/kernel';
import { Injectable } from '@nestjs/common';
import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { pageHeaders } from '../pages/layout.page.js';
import { continuePage, loggedOutPage, logoutPage } from '../pages/logout.page.js';
import { failed, messagePage, startAgain } from '../pages/message.page.js';

/** The reader's language: the client's `ui_locales`, else the browser's. */
export const languageOf = (uiLocales: unknown, acceptLanguage: string | undefined): Language =>
  preferredLanguage(typeof uiLocales === 'string' && uiLocales !== '' ? uiLocales : acceptLanguage);

const languageIn = (context: KoaContextWithOIDC): Language =>
  languageOf(context.oidc?.params?.['ui_locales'] ?? context.query['ui_locales'], context.get('accept-language') || undefined);

const hiddenField = /<input type="hidden" name="([\w-]+)" value="([^"]*)"\/>/g;
const autoSubmit = /<form method="post" action="([^"]+\/session\/end\/confirm)">/;

/** Our pages instead of the provider's own: in both languages, without script. */
@Injectable()
export class ProviderPages {
  logout = (context: KoaContextWithOIDC, form: string): void => this.show(context, logoutPage(languageIn(context), { markup: form }));

  loggedOut = (context: KoaContextWithOIDC): void => this.show(context, loggedOutPage(languageIn(context)));

  error = (context: KoaContextWithOIDC, out: ErrorOut, error: Error): void => {
    const language = languageIn(context);
    if (error.name === 'SessionNotFound') this.show(context, messagePage(language, startAgain.title, startAgain.message, out.error));
    else
      this.show(context, messagePage(language, failed.title, out.error === 'server_error' ? failed.server : failed.client, describe(out)));
  };

  /** The provider would end a session by a form that a script submits; ours has a button. */
  withoutScript = async (context: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
    await next();
    const action = typeof context.body === 'string' && context.body.includes('<script>') ? autoSubmit.exec(context.body)?.[1] : undefined;
    if (action === undefined) return;
    const fields = [...String(context.body).matchAll(hiddenField)].map(([, name = '', value = '']) => [name, value] as const);
    this.show(context, continuePage(languageIn(context), action, fields));
  };

  private show(context: KoaContextWithOIDC, body: string): void {
    context.set(pageHeaders);
    context.body = body;
  }
}

const describe = ({ error, error_description }: ErrorOut): string =>
  error_description === undefined ? error : `${error}: ${error_description}`;
