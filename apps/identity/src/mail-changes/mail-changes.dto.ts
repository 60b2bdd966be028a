import { Mail } from '@ciep/platform';
import { CurrentPasswordDto } from '../passwords/current-password.dto.js';

export class RequestMailChangeDto extends CurrentPasswordDto {
  @Mail({ description: 'the new mail address', example: 'office@example.org' })
  mail!: string;
}
