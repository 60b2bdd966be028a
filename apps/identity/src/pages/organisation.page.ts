import type { LocalizedText } from '@ciep/kernel';
import type { OwnOrganisation } from '../accounts/accounts.queries.js';
import { roleNames } from '../accounts/role-names.rules.js';
import { fragment, page, refusalText } from './layout.page.js';
import type { Reader } from './reader.rules.js';

const texts = {
  zh: {
    title: '选择单位',
    before: '请选择您在',
    after: '中代表的单位。',
    as: '您的账号',
    none: '您目前不属于任何单位，可以不代表单位继续。',
    goOn: '继续',
    abort: '取消',
    separator: '、',
  },
  en: {
    title: 'Choose an organisation',
    before: 'Choose the organisation that you act for in',
    after: '.',
    as: 'Your account',
    none: 'You do not belong to an organisation at present. You can continue without one.',
    goOn: 'Continue',
    abort: 'Cancel',
    separator: ', ',
  },
} as const;

/** Why no organisation is chosen yet: the person sent one of others, or the application asked for one. */
export type OrganisationRefusal = 'chosen' | 'wanted';

const refusals: Readonly<Record<OrganisationRefusal, LocalizedText>> = {
  chosen: { zh: '您不属于所选单位，请重新选择。', en: 'You do not belong to that organisation. Please choose again.' },
  wanted: {
    zh: '该应用要求以另一个单位的名义登录，但您不属于该单位。',
    en: 'The application asked for an organisation that you do not belong to.',
  },
};

export interface OrganisationPage {
  readonly uid: string;
  readonly proof: string;
  readonly client: LocalizedText;
  readonly person: string;
  readonly organisations: readonly OwnOrganisation[];
  readonly refusal: OrganisationRefusal | undefined;
}

/** Asks for which organisation the person acts. */
export function organisationPage(reader: Reader, { uid, proof, client, person, organisations, refusal }: OrganisationPage): string {
  const { language } = reader;
  const text = texts[language];
  return page(reader, {
    title: text.title,
    isError: refusal !== undefined,
    main: fragment`${refusal && refusalText(refusals[refusal][language], true)}
      ${
        organisations.length === 0
          ? fragment`<p>${text.none}</p>`
          : fragment`<p>${text.before} <strong>${client[language]}</strong>${text.after}</p>`
      }
      <p class="note">${text.as}: ${person}</p>
      <form method="post" action="/oidc/interaction/${uid}/organisation">
        <input type="hidden" name="proof" value="${proof}" />
        ${organisations.map(
          ({ id, name, roles }) => fragment`<button class="choice" type="submit" name="organisation" value="${id}">${name[language]}
          <small>${roles.map(role => roleNames[role][language]).join(text.separator)}</small></button>`,
        )}
        ${organisations.length === 0 && fragment`<button type="submit" name="organisation" value="">${text.goOn}</button>`}
      </form>
      <form method="post" action="/oidc/interaction/${uid}/abort">
        <input type="hidden" name="proof" value="${proof}" />
        <button class="quiet" type="submit">${text.abort}</button>
      </form>`,
  });
}
