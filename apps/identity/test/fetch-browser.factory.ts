interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

/** The browser's state after redirects: a page of this host, or the foreign address of the last redirect. */
export interface Shown {
  readonly status: number;
  readonly url: string;
  readonly text: string;
  readonly headers: Headers;
  /** Set if the last redirect left the host. */
  readonly left?: URL;
}

/** A browser without script: cookies by path, redirects, forms. */
export class FetchBrowser {
  private readonly cookies = new Map<string, Cookie>();

  constructor(
    private readonly language = 'zh-CN,zh;q=0.9,en;q=0.5',
    private readonly agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0',
  ) {}

  async open(url: string | URL, init: RequestInit = {}): Promise<Shown> {
    let address = new URL(url);
    let request = init;
    for (let hop = 0; hop < 15; hop += 1) {
      const answer = await fetch(address, {
        ...request,
        redirect: 'manual',
        headers: {
          'accept-language': this.language,
          accept: 'text/html',
          'user-agent': this.agent,
          cookie: this.cookiesFor(address),
          ...(request.headers as Record<string, string>),
        },
      });
      this.keep(answer, address);
      const location = answer.headers.get('location');
      const shown = { status: answer.status, url: address.href, text: await answer.text(), headers: answer.headers };
      if (answer.status < 300 || answer.status >= 400 || location === null) return shown;
      const next = new URL(location, address);
      if (next.origin !== address.origin) return { ...shown, left: next };
      address = next;
      request = {};
    }
    throw new Error('too many redirects');
  }

  /** Submits the form of a page whose action contains the text, with its hidden fields. */
  submit(page: Shown, action: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Shown> {
    const form = [...page.text.matchAll(/<form ([^>]*)>([\s\S]*?)<\/form>/g)].find(([, attributes = '']) => attributes.includes(action));
    if (!form) throw new Error(`no form with ${action} on ${page.url}:\n${page.text}`);
    const [, attributes = '', content = ''] = form;
    const target = /action="([^"]*)"/.exec(attributes)?.[1] ?? '';
    const hidden = [...content.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, value] as const,
    );
    return this.open(new URL(target, page.url), {
      method: 'POST',
      body: new URLSearchParams({ ...Object.fromEntries(hidden), ...fields }),
      headers: { 'sec-fetch-site': 'same-origin', ...headers },
    });
  }

  /** Its cookies, by name. */
  names(): string[] {
    return [...this.cookies.values()].map(({ name }) => name);
  }

  private keep(answer: Response, from: URL): void {
    for (const line of answer.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map(part => part.trim());
      const name = pair.slice(0, pair.indexOf('='));
      const path = attributes.find(attribute => attribute.toLowerCase().startsWith('path='))?.slice(5) ?? from.pathname;
      const expires = attributes.find(attribute => attribute.toLowerCase().startsWith('expires='))?.slice(8);
      if (expires !== undefined && Date.parse(expires) < Date.now()) this.cookies.delete(`${name} ${path}`);
      else this.cookies.set(`${name} ${path}`, { name, value: pair.slice(name.length + 1), path });
    }
  }

  private cookiesFor({ pathname }: URL): string {
    return [...this.cookies.values()]
      .filter(({ path }) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }
}
