import { About, Actor, Answers, AnswersNothing, Authenticated, Principal, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Get, Post, Req, UseGuards } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { PresentPassword } from '../passwords/current-password.service.js';
import { ActivateSecondFactor } from './activate-second-factor.use-case.js';
import { MySecondFactor } from './my-second-factor.service.js';
import { NewAppCode, type ProvenAppRequest } from './new-app-code.service.js';
import { ProposeSecondFactor } from './propose-second-factor.use-case.js';
import { RemoveSecondFactor } from './remove-second-factor.use-case.js';
import { RenewRecoveryCodes } from './renew-recovery-codes.use-case.js';
import {
  ConfirmSecondFactorDto,
  ProposedSecondFactorDto,
  ProposeSecondFactorDto,
  RecoveryCodesDto,
  RemoveSecondFactorDto,
  RenewRecoveryCodesDto,
  SecondFactorDto,
} from './second-factor.dto.js';
import { SecondFactorMissing } from './second-factor.errors.js';
import { SecondFactorCode } from './second-factor-code.service.js';

@About('The second factor of the person who is logged in 两步验证')
@Controller('me/second-factor')
export class MySecondFactorController {
  constructor(
    private readonly mine: MySecondFactor,
    private readonly proposeSecondFactor: ProposeSecondFactor,
    private readonly activateSecondFactor: ActivateSecondFactor,
    private readonly renewRecoveryCodes: RenewRecoveryCodes,
    private readonly removeSecondFactor: RemoveSecondFactor,
  ) {}

  @ApiOperation({ operationId: 'getSecondFactor', summary: 'Whether a login of yours needs a second factor 两步验证状态' })
  @Get()
  @Authenticated()
  @Answers(SecondFactorDto)
  read(@Actor() actor: Principal): Promise<SecondFactorDto> {
    return this.mine.state(actor);
  }

  @ApiOperation({ operationId: 'proposeSecondFactor', summary: 'Get a secret for an authenticator app 获取验证器密钥' })
  @Post()
  @Authenticated()
  @PresentPassword(ProposeSecondFactorDto)
  @Writes({ secretBody: true, secretFields: ['secret', 'uri'] })
  @Answers(ProposedSecondFactorDto)
  async propose(@Actor() actor: Principal, @Body() _body: ProposeSecondFactorDto, @Tx() tx: Tx): Promise<ProposedSecondFactorDto> {
    await this.proposeSecondFactor.execute(this.mine.personOf(actor), tx);
    return this.mine.proposed(actor, tx);
  }

  @ApiOperation({
    operationId: 'confirmSecondFactor',
    summary: 'Prove the app by a code; every login asks for one from now on 启用两步验证',
  })
  @Post('confirm')
  @Authenticated()
  @UseGuards(NewAppCode)
  @Writes({ secretBody: true, secretFields: ['recoveryCodes'] })
  @Answers(RecoveryCodesDto)
  async confirm(
    @Actor() actor: Principal,
    @Body() _body: ConfirmSecondFactorDto,
    @Req() { provenApp }: ProvenAppRequest,
    @Tx() tx: Tx,
  ): Promise<RecoveryCodesDto> {
    const accountId = this.mine.personOf(actor);
    if (!provenApp) throw new SecondFactorMissing();
    await this.activateSecondFactor.execute({ accountId, ...provenApp }, tx);
    return this.mine.recoveryCodes(actor, tx);
  }

  @ApiOperation({ operationId: 'renewRecoveryCodes', summary: 'Get new recovery codes; the ones before become invalid 更换恢复码' })
  @Post('recovery-codes')
  @Authenticated()
  @UseGuards(SecondFactorCode)
  @PresentPassword(RenewRecoveryCodesDto)
  @Writes({ secretBody: true, secretFields: ['recoveryCodes'] })
  @Answers(RecoveryCodesDto)
  async renew(@Actor() actor: Principal, @Body() _body: RenewRecoveryCodesDto, @Tx() tx: Tx): Promise<RecoveryCodesDto> {
    await this.renewRecoveryCodes.execute(this.mine.personOf(actor), tx);
    return this.mine.recoveryCodes(actor, tx);
  }

  @ApiOperation({ operationId: 'removeSecondFactor', summary: 'Log in with the password alone again 停用两步验证' })
  @Post('remove')
  @Authenticated()
  @UseGuards(SecondFactorCode)
  @PresentPassword(RemoveSecondFactorDto)
  @Writes({ secretBody: true })
  @AnswersNothing()
  async remove(@Actor() actor: Principal, @Body() _body: RemoveSecondFactorDto, @Tx() tx: Tx): Promise<void> {
    await this.removeSecondFactor.execute(this.mine.personOf(actor), tx);
  }
}
