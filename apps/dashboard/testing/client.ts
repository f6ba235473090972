/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where it sends to. */
  readonly location: string | null;
}

type Sent = Readonly<Record<string, string>>;

/** A visitor without a browser: keeps cookies, follows nothing, and says that its forms come from the page that it read. */
export class Client {
  readonly #url: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Visits with the cookies of somebody else, or of an earlier time. */
  set cookie(cookie: string) {
    this.#cookies.clear();
    for (const pair of cookie.split('; ')) this.#keep(pair);
  }

  get(path: string, headers: Sent = {}): Promise<Answer> {
    return this.request('GET', path, { headers });
  }

  async request(
    method: string,
    path: string,
    { headers = {}, body }: { readonly headers?: Sent; readonly body?: URLSearchParams | string } = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { ...headers, cookie: this.cookie },
      redirect: 'manual',
      ...(body !== undefined && { body }),
    });
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie.split(';')[0] ?? '');
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      location: response.headers.get('location'),
    };
  }

  /** Fills in the form of a page and sends it. */
  async send(
    page: string,
    action: string,
    fields: Sent,
    headers: Sent = { origin: this.#url },
  ): Promise<Answer> {
    const formToken = await this.formToken(page);
    return await this.request('POST', action, {
      headers,
      body: new URLSearchParams({ formToken, ...fields }),
    });
  }

  /** What the forms of a page carry. */
  async formToken(page: string): Promise<string> {
    const { text } = await this.get(page);
    return /name="formToken" value="([^"]+)"/.exec(text)?.[1] ?? '';
  }

  /** Listens to server-sent events until ended. */
  async listen(
    path: string,
  ): Promise<{ until(isThere: (text: string) => boolean): Promise<void>; end(): Promise<void> }> {
    const response = await fetch(`${this.#url}${path}`, { headers: { cookie: this.cookie } });
    const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader();
    const decoder = new TextDecoder();
    let text = '';
    return {
      async until(isThere) {
        while (!isThere(text)) {
          const { value, done } = await reader.read();
          if (done) throw new Error(`The events ended without it: ${text}`);
          text += decoder.decode(value, { stream: true });
        }
      },
      end: () => reader.cancel(),
    };
  }

  signIn(who: { readonly email: string; readonly password: string }, next = '/'): Promise<Answer> {
    return this.send('/sign-in', '/sign-in', { ...who, next });
  }

  #keep(pair: string): void {
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    if (value === '') this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
