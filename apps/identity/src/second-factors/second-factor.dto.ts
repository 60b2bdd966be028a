import { Flag, Instant, Int, OneOf, Text, TextList } from '@ciep/platform';
import { CurrentPasswordDto } from '../passwords/current-password.dto.js';
import { secondFactorStates, type SecondFactorState } from './second-factor.entity.js';
import { codesInSet } from './second-factor.rules.js';

const code = { max: 40, description: 'the six digits that the app shows, or a recovery code' };

export class SecondFactorDto {
  @OneOf(secondFactorStates, { description: 'a proposed one waits for its first code; an active one is asked for at every login' })
  status!: SecondFactorState;

  @Instant({ nullable: true, description: 'since when it is active' })
  activatedAt!: Instant | null;

  @Int({ min: 0, max: codesInSet, description: 'recovery codes that have not been used' })
  recoveryCodesLeft!: number;

  @Flag({ description: 'whether a role of yours needs it' })
  isNeeded!: boolean;
}

export class ProposeSecondFactorDto extends CurrentPasswordDto {}

export class ProposedSecondFactorDto {
  @Text({
    optional: true,
    max: 40,
    description: 'secret for the app, 32 letters and digits; missing in an answer that is repeated for its key',
  })
  secret?: string;

  @Text({ optional: true, max: 600, description: 'the same as an address `otpauth://…`, to be shown as a QR code' })
  uri?: string;
}

export class ConfirmSecondFactorDto {
  @Text({ max: 40, description: 'the six digits that the app shows' })
  code!: string;
}

export class RenewRecoveryCodesDto extends CurrentPasswordDto {
  @Text(code)
  code!: string;
}

export class RecoveryCodesDto {
  @TextList({
    optional: true,
    max: codesInSet,
    maxLength: 11,
    description: 'each replaces a code of the app once; missing in an answer that is repeated for its key',
  })
  recoveryCodes?: string[];
}

export class RemoveSecondFactorDto extends CurrentPasswordDto {
  @Text(code)
  code!: string;
}
