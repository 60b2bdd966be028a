import { Injectable } from '@nestjs/common';
import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { Applications, type Application } from '../clients/applications.service.js';
import { pageHeaders } from '../pages/layout.page.js';
import { continuePage, loggedOutPage, logoutPage } from '../pages/logout.page.js';
import { failed, refusalPage, startAgain } from '../pages/message.page.js';
import { readerOf, rememberedClient, wishIn, type Reader } from '../pages/reader.rules.js';
import { PageCookies } from '../login-pages/page-cookies.service.js';

const mount = '/oidc';

const readerIn = ({ method, originalUrl, headers, oidc, query }: KoaContextWithOIDC): Reader =>
  readerOf({ method, url: mount + originalUrl, headers }, wishIn(oidc?.params ?? query));

const hiddenField = /<input type="hidden" name="([\w-]+)" value="([^"]*)"\/>/g;
const autoSubmit = /<form method="post" action="([^"]+\/session\/end\/confirm)">/;

/** Our pages in place of the provider's: in both languages, without script. */
@Injectable()
export class ProviderPages {
  constructor(
    private readonly applications: Applications,
    private readonly cookies: PageCookies,
  ) {}

  logout = (context: KoaContextWithOIDC, form: string): void => {
    const { client } = context.oidc;
    if (client) context.append('set-cookie', this.cookies.client(client.clientId));
    this.show(context, logoutPage(readerIn(context), { markup: form }));
  };

  /** Also after the person has said to stay logged in. */
  loggedOut = async (context: KoaContextWithOIDC): Promise<void> => {
    const { accountId } = await context.oidc.provider.Session.get(context);
    this.show(context, loggedOutPage(readerIn(context), accountId !== undefined, await this.applicationOf(context)));
  };

  error = async (context: KoaContextWithOIDC, out: ErrorOut, error: Error): Promise<void> => {
    if (isLogoutAgain(context)) return this.leadOn(context);
    const reader = readerIn(context);
    // A failure may be the database's, which knows the applications.
    if (out.error === 'server_error')
      return this.show(
        context,
        refusalPage(reader, { title: failed.title, text: failed.server, code: describe(out), isTemporary: context.method === 'GET' }),
      );
    const said =
      error.name === 'SessionNotFound' ? { ...startAgain, code: out.error } : { ...failed, text: failed.client, code: describe(out) };
    const application = await this.applicationOf(context);
    return this.show(context, refusalPage(reader, { ...said, application }));
  };

  /** The provider would end a session with a form that a script submits; ours has a button. */
  withoutScript = async (context: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
    await next();
    const action = typeof context.body === 'string' && context.body.includes('<script>') ? autoSubmit.exec(context.body)?.[1] : undefined;
    if (action === undefined) return;
    const fields = [...String(context.body).matchAll(hiddenField)].map(([, name = '', value = '']) => [name, value] as const);
    this.show(context, continuePage(readerIn(context), context.path === '/session/end' ? 'nobody' : 'another', { action, fields }));
  };

  private applicationOf({ oidc, headers }: KoaContextWithOIDC): Promise<Application | undefined> {
    return this.applications.nearest(oidc?.client?.clientId ?? rememberedClient(headers));
  }

  private leadOn(context: KoaContextWithOIDC): void {
    context.status = 303;
    context.redirect(context.oidc.urlFor('end_session_success'));
  }

  private show(context: KoaContextWithOIDC, body: string): void {
    context.set(pageHeaders);
    context.body = body;
  }
}

/** The button of the logout page was pressed again, after the back button: nobody is logged in, which is what it asks for. */
const isLogoutAgain = ({ path, oidc }: KoaContextWithOIDC): boolean =>
  path === '/session/end/confirm' && oidc?.session !== undefined && oidc.session.accountId === undefined;

const describe = ({ error, error_description }: ErrorOut): string =>
  error_description === undefined ? error : `${error}: ${error_description}`;
