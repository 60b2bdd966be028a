// One form per kind of text, made before two texts are compared; people see what they typed (docs/rules.md#normal-forms).

/** Characters that nobody sees. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu;

/** Text in NFKC, without invisible characters and surrounding blanks. */
const plain = (typed: string): string => typed.normalize('NFKC').replaceAll(invisible, '').trim();

/** Words that are searched for. Whoever compares them takes capitals and small letters for the same. */
export const normalWords = (typed: string): string => plain(plain(typed));

/** A number, code or reference of a register, a bank or another system, as it is compared: in capitals, without blanks. */
export const normalCode = (typed: string): string => plain(plain(typed).replaceAll(/\s/gu, '').toUpperCase());

/** Characters that a URL parser would not read as part of a host name. */
const noHost = /[\s/\\:?#@%[\]]/;

/** A mail address as it is compared and written to: in small letters, an international domain as its A-labels (RFC 5890). */
export function normalMail(typed: string): string {
  const address = plain(plain(typed).toLowerCase());
  const at = address.lastIndexOf('@') + 1;
  const domain = address.slice(at);
  const host = noHost.test(domain) ? null : URL.parse(`http://${domain}`);
  return address.slice(0, at) + (at > 0 && host ? host.hostname : domain);
}
