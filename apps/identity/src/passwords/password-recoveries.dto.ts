import { languages, type Language } from '@ciep/kernel';
import { Mail, OneOf, Text } from '@ciep/platform';
import { passwordLength } from '../accounts/password.rules.js';
import { CurrentPasswordDto } from './current-password.dto.js';

export class RequestPasswordRecoveryDto {
  @Mail({ description: 'mail address of the account', example: 'office@example.org' })
  mail!: string;

  @OneOf(languages, { optional: true, description: 'language of the mail; that of the account if left out' })
  language?: Language;
}

export class CompletePasswordRecoveryDto {
  @Text({ max: 100, description: 'the last part of the mailed link' })
  code!: string;

  @Text({ ...passwordLength, description: 'the new password, 10 to 128 characters' })
  password!: string;
}

export class ChangePasswordDto extends CurrentPasswordDto {
  @Text({ ...passwordLength, description: 'the new password, 10 to 128 characters' })
  password!: string;
}
