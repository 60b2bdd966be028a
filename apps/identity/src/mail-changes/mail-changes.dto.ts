import { Mail, Text } from '@ciep/platform';
import { passwordLength } from '../accounts/password.rules.js';

export class RequestMailChangeDto {
  @Mail({ description: 'the new mail address', example: 'office@example.org' })
  mail!: string;

  @Text({ max: passwordLength.max, description: 'the present password' })
  password!: string;
}
