import type { LocalizedText } from '@ciep/kernel';
import { fragment, page, refusalText, wrong, type Html } from './layout.page.js';
import type { Reader } from './reader.rules.js';

const texts = {
  zh: {
    title: '两步验证',
    for: '登录后继续使用',
    code: '验证码',
    hint: '请输入验证器应用显示的六位数字；手机不在身边时，可输入一个恢复码。',
    submit: '继续',
    abort: '取消',
    lost: '手机和恢复码都丢失了？请联系大会平台管理员重置。',
    wrong: '验证码不正确、已过期或已使用过。',
    newTitle: '设置两步验证',
    needed: '您的角色需要两步验证。请用验证器应用扫描二维码，或手动输入密钥，然后输入应用显示的六位数字。',
    secret: '密钥',
    newHint: '应用显示的六位数字',
    picture: '供验证器应用扫描的二维码，内容与下方密钥相同',
    codesTitle: '请保存恢复码',
    codes: '手机丢失时，每个恢复码可代替验证码使用一次。请抄写或打印，妥善保管；此页面关闭后不再显示。',
    kept: '我已保存，继续',
  },
  en: {
    title: 'Second factor',
    for: 'Log in to continue to',
    code: 'Code',
    hint: 'The six digits that your authenticator app shows. If your phone is not at hand, one of your recovery codes.',
    submit: 'Continue',
    abort: 'Cancel',
    lost: 'Lost the phone and the recovery codes? Ask the administrators of the platform for a reset.',
    wrong: 'The code is wrong, too old, or was used before.',
    newTitle: 'Add a second factor',
    needed:
      'Your role needs a second factor. Scan the picture with an authenticator app, or type the secret, and enter the six digits that the app shows.',
    secret: 'Secret',
    newHint: 'The six digits that the app shows',
    picture: 'QR code for an authenticator app, with the same content as the secret below',
    codesTitle: 'Keep your recovery codes',
    codes:
      'If you lose your phone, each of these codes replaces a code of the app once. Write them down or print them; this page shows them only now.',
    kept: 'I have kept them, continue',
  },
} as const;

const tooManyTries = (seconds: number): LocalizedText => ({
  zh: `尝试次数过多，请在 ${seconds} 秒后重试。`,
  en: `Too many tries; please try again in ${seconds} seconds.`,
});

/** What both pages with a code know. */
export interface SecondFactorPage {
  readonly uid: string;
  readonly proof: string;
  readonly client: LocalizedText;
  /** The code that was sent is refused. */
  readonly isRefused: boolean;
  /** Until the next try is possible. */
  readonly waitSeconds?: number | undefined;
}

/** What an app reads, and what a person types. */
export interface NewSecret {
  readonly picture: Html;
  readonly secret: string;
}

const refusal = (language: Reader['language'], { isRefused, waitSeconds }: SecondFactorPage): Html =>
  fragment`${waitSeconds === undefined ? isRefused && refusalText(texts[language].wrong, false) : refusalText(tooManyTries(waitSeconds)[language], true)}`;

const codeForm = ({ language }: Reader, shown: SecondFactorPage, action: string, hint: string): Html => {
  const { uid, proof, isRefused, waitSeconds } = shown;
  const text = texts[language];
  return fragment`<form method="post" action="/oidc/interaction/${uid}/${action}">
        <input type="hidden" name="proof" value="${proof}" />
        <label for="code">${text.code}</label>
        <p class="hint" id="rule">${hint}</p>
        <input id="code" name="code" type="text" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" required maxlength="40"${wrong(isRefused, 'rule')}${waitSeconds === undefined && fragment` autofocus`} />
        <button type="submit">${text.submit}</button>
      </form>
      <form method="post" action="/oidc/interaction/${uid}/abort">
        <input type="hidden" name="proof" value="${proof}" />
        <button class="quiet" type="submit">${text.abort}</button>
      </form>`;
};

const isError = ({ isRefused, waitSeconds }: SecondFactorPage): boolean => isRefused || waitSeconds !== undefined;

/** Asks for a code of the app, after the password. */
export function secondFactorPage(reader: Reader, shown: SecondFactorPage): string {
  const text = texts[reader.language];
  return page(reader, {
    title: text.title,
    isError: isError(shown),
    main: fragment`<p>${text.for} <strong>${shown.client[reader.language]}</strong></p>
      ${refusal(reader.language, shown)}
      ${codeForm(reader, shown, 'second-factor', text.hint)}
      <p class="note">${text.lost}</p>`,
  });
}

/** Shows the secret of a new app and asks for its first code. */
export function newSecondFactorPage(reader: Reader, shown: SecondFactorPage & NewSecret): string {
  const text = texts[reader.language];
  return page(reader, {
    title: text.newTitle,
    isError: isError(shown),
    main: fragment`<p>${text.needed}</p>
      ${refusal(reader.language, shown)}
      <figure role="img" aria-label="${text.picture}">${shown.picture}</figure>
      <dl><dt>${text.secret}</dt><dd>${shown.secret.match(/.{1,4}/g)?.join(' ')}</dd></dl>
      ${codeForm(reader, shown, 'second-factor/new', text.newHint)}`,
  });
}

/** Shows the recovery codes, once. */
export function recoveryCodesPage(reader: Reader, { uid, proof, codes }: { uid: string; proof: string; codes: readonly string[] }): string {
  const text = texts[reader.language];
  return page(reader, {
    title: text.codesTitle,
    main: fragment`<p>${text.codes}</p>
      <ul class="codes">${codes.map(code => fragment`<li>${code}</li>`)}</ul>
      <form method="post" action="/oidc/interaction/${uid}/second-factor/kept">
        <input type="hidden" name="proof" value="${proof}" />
        <button type="submit">${text.kept}</button>
      </form>`,
  });
}
