import { Text } from '@ciep/platform';
import { passwordLength } from '../accounts/password.rules.js';

/** A body in which a person proves the present password. */
export class CurrentPasswordDto {
  @Text({ max: passwordLength.max, description: 'the present password' })
  currentPassword!: string;
}
