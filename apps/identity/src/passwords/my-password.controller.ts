import { About, Actor, addressOf, AnswersNothing, Authenticated, Principal, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Put, Req } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ChangePassword } from './change-password.use-case.js';
import { ChosenPasswords } from './chosen-passwords.service.js';
import { PresentPassword, provenHashOf, type ProvenRequest } from './current-password.service.js';
import { ChangePasswordDto } from './password-recoveries.dto.js';
import { PasswordRecoveryQueries } from './password-recoveries.queries.js';

@About('The password of the person who is logged in 修改密码')
@Controller('me/password')
export class MyPasswordController {
  constructor(
    private readonly changePassword: ChangePassword,
    private readonly chosen: ChosenPasswords,
    private readonly queries: PasswordRecoveryQueries,
  ) {}

  @ApiOperation({ operationId: 'changePassword', summary: 'Replace your password; every login of yours ends, this one too 修改密码' })
  @Put()
  @Authenticated()
  @PresentPassword(ChangePasswordDto)
  @Writes({ secretBody: true })
  @AnswersNothing()
  async change(
    @Actor() { id: accountId }: Principal,
    @Body() { password }: ChangePasswordDto,
    @Req() request: ProvenRequest,
    @Tx() tx: Tx,
  ): Promise<void> {
    const provenHash = provenHashOf(request);
    const passwordHash = await this.chosen.hash(password, await this.queries.ofAccount(accountId, tx));
    await this.changePassword.execute({ accountId, provenHash, passwordHash, address: addressOf(request) }, tx);
  }
}
