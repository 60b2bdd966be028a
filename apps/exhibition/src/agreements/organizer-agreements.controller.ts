import { Actor, Answers, Can, Id, IfMatch, Principal, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AgreementDto, LogReceiptDto, RefuseSealDto } from './agreement.dto.js';
import { AgreementQueries } from './agreement.queries.js';
import { LogReceipt } from './log-receipt.use-case.js';
import { RefuseSeal } from './refuse-seal.use-case.js';
import { VerifySeal } from './verify-seal.use-case.js';

@Controller('applications/:id/agreement')
export class OrganizerAgreementsController {
  constructor(
    private readonly agreements: AgreementQueries,
    private readonly logReceipt: LogReceipt,
    private readonly verifySeal: VerifySeal,
    private readonly refuseSeal: RefuseSeal,
  ) {}

  @ApiOperation({ summary: 'Note that the posted original arrived' })
  @Post('log-receipt')
  @Can('agreement:verify')
  @Writes()
  @Answers(AgreementDto)
  async receive(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { receivedOn }: LogReceiptDto,
    @Actor() organizer: Principal,
    @Tx() tx: Tx,
  ): Promise<AgreementDto> {
    await this.logReceipt.execute({ id, version, receivedOn }, tx);
    return this.agreements.one(id, organizer, tx);
  }

  @ApiOperation({ summary: 'Accept the seal; with the invoice paid, the booth is confirmed' })
  @Post('verify-seal')
  @Can('agreement:verify')
  @Writes()
  @Answers(AgreementDto)
  async verify(@Id() id: string, @IfMatch() version: number, @Actor() organizer: Principal, @Tx() tx: Tx): Promise<AgreementDto> {
    await this.verifySeal.execute({ id, version }, tx);
    return this.agreements.one(id, organizer, tx);
  }

  @ApiOperation({ summary: 'Refuse the seal with a reason; the applicant uploads again' })
  @Post('refuse-seal')
  @Can('agreement:verify')
  @Writes()
  @Answers(AgreementDto)
  async refuse(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { reason }: RefuseSealDto,
    @Actor() organizer: Principal,
    @Tx() tx: Tx,
  ): Promise<AgreementDto> {
    await this.refuseSeal.execute({ id, version, reason }, tx);
    return this.agreements.one(id, organizer, tx);
  }
}
