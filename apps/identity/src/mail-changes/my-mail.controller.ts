import { About, Actor, addressOf, AnswersNothing, Authenticated, Principal, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Post, Req } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { PresentPassword, provenHashOf, type ProvenRequest } from '../passwords/current-password.service.js';
import { RequestMailChangeDto } from './mail-changes.dto.js';
import { RequestMailChange } from './request-mail-change.use-case.js';

@About('The mail address of the person who is logged in 更改邮箱')
@Controller('me/mail-change')
export class MyMailController {
  constructor(private readonly requestMailChange: RequestMailChange) {}

  @ApiOperation({
    operationId: 'requestMailChange',
    summary: 'Ask for another mail address; it gets a link, and the answer never shows whether it is known 更改邮箱',
  })
  @Post()
  @Authenticated()
  @PresentPassword(RequestMailChangeDto)
  @Writes({ secretBody: true })
  @AnswersNothing()
  async request(
    @Actor() { id: accountId, grantId: askedBy }: Principal,
    @Body() { mail }: RequestMailChangeDto,
    @Req() request: ProvenRequest,
    @Tx() tx: Tx,
  ): Promise<void> {
    const wish = { accountId, provenHash: provenHashOf(request), mail, askedBy, address: addressOf(request) };
    await this.requestMailChange.execute(wish, tx);
  }
}
