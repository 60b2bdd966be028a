import { passwordLength } from '../accounts/password.rules.js';
import { fragment, wrong, type Html } from './layout.page.js';

/** The form in which the holder of a mailbox chooses a password. The hidden field tells password managers for whom. */
export interface PasswordForm {
  readonly action: string;
  readonly mail: string;
  readonly label: string;
  readonly rule: string;
  readonly submit: string;
  /** The password that was sent is refused. */
  readonly isRefused: boolean;
  readonly hasFocus: boolean;
  /** What else is asked for, before the password. */
  readonly before?: Html;
}

export const passwordForm = ({ action, mail, label, rule, submit, isRefused, hasFocus, before }: PasswordForm): Html =>
  fragment`<form method="post" action="${action}">
        <input type="email" autocomplete="username" value="${mail}" readonly hidden />
        ${before}
        <label for="password">${label}</label>
        <p class="hint" id="rule">${rule}</p>
        <input id="password" name="password" type="password" autocomplete="new-password" required minlength="${passwordLength.min}" maxlength="${passwordLength.max}"${wrong(isRefused, 'rule')}${hasFocus && fragment` autofocus`} />
        <button type="submit">${submit}</button>
      </form>`;
