import { Answers, AnswersNothing, Can, Id, IfMatch, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Delete, Patch, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { BlockBooth } from './block-booth.use-case.js';
import { BoothQueries } from './booth.queries.js';
import {
  BlockBoothDto,
  CreateBoothDto,
  CreateBoothsDto,
  CreatedBoothsDto,
  UpdateBoothDto,
  VenueBoothDto,
  type PlanBoothDto,
} from './booths.dto.js';
import { CreateBooths, type NewBooth } from './create-booths.use-case.js';
import { DeleteBooth } from './delete-booth.use-case.js';
import { UnblockBooth } from './unblock-booth.use-case.js';
import { UpdateBooth } from './update-booth.use-case.js';

const planOf = ({ nodeId, number, type, areaType, areaDm2, widthDm = null, depthDm = null, hall, floor = 1 }: PlanBoothDto): NewBooth => ({
  nodeId,
  number,
  type,
  areaType,
  areaDm2,
  widthDm,
  depthDm,
  hall,
  floor,
});

/** Changes to the stock of booths, by the organizer. */
@Controller('booths')
export class OrganizerBoothsController {
  constructor(
    private readonly createBooths: CreateBooths,
    private readonly updateBooth: UpdateBooth,
    private readonly blockBooth: BlockBooth,
    private readonly unblockBooth: UnblockBooth,
    private readonly deleteBooth: DeleteBooth,
    private readonly queries: BoothQueries,
  ) {}

  @ApiOperation({ summary: 'Add a booth' })
  @Post()
  @Can('booth:write')
  @Writes({ key: 'required' })
  @Answers(VenueBoothDto, 201)
  async create(@Body() body: CreateBoothDto, @Tx() tx: Tx): Promise<VenueBoothDto> {
    const [id = ''] = await this.createBooths.execute(
      { editionId: body.editionId, booths: [planOf(body)], isInvented: false, pointerTo: () => '' },
      tx,
    );
    return this.queries.venueDetail(id, tx);
  }

  @ApiOperation({ summary: 'Add many booths at once: all or none' })
  @Post('bulk')
  @Can('booth:write')
  @Writes({ key: 'required' })
  @Answers(CreatedBoothsDto, 201)
  async createMany(@Body() { editionId, booths }: CreateBoothsDto, @Tx() tx: Tx): Promise<CreatedBoothsDto> {
    const ids = await this.createBooths.execute(
      { editionId, booths: booths.map(planOf), isInvented: false, pointerTo: index => `/booths/${index}` },
      tx,
    );
    return { items: booths.map(({ number }, index) => ({ id: ids[index] ?? '', number })) };
  }

  @ApiOperation({ summary: 'Change a booth' })
  @Patch(':id')
  @Can('booth:write')
  @Writes()
  @Answers(VenueBoothDto)
  async update(@Id() id: string, @IfMatch() version: number, @Body() changes: UpdateBoothDto, @Tx() tx: Tx): Promise<VenueBoothDto> {
    await this.updateBooth.execute({ id, version, changes }, tx);
    return this.queries.venueDetail(id, tx);
  }

  @ApiOperation({ summary: 'Keep a booth from being given away, with a reason' })
  @Post(':id/block')
  @Can('booth:write')
  @Writes()
  @Answers(VenueBoothDto)
  async block(@Id() id: string, @IfMatch() version: number, @Body() { reason }: BlockBoothDto, @Tx() tx: Tx): Promise<VenueBoothDto> {
    await this.blockBooth.execute({ id, version, reason }, tx);
    return this.queries.venueDetail(id, tx);
  }

  @ApiOperation({ summary: 'Let a blocked booth be given away again' })
  @Post(':id/unblock')
  @Can('booth:write')
  @Writes()
  @Answers(VenueBoothDto)
  async unblock(@Id() id: string, @IfMatch() version: number, @Tx() tx: Tx): Promise<VenueBoothDto> {
    await this.unblockBooth.execute({ id, version }, tx);
    return this.queries.venueDetail(id, tx);
  }

  @ApiOperation({ summary: 'Remove a booth that was never given away' })
  @Delete(':id')
  @Can('booth:write')
  @Writes()
  @AnswersNothing()
  async remove(@Id() id: string, @IfMatch() version: number, @Tx() tx: Tx): Promise<void> {
    await this.deleteBooth.execute({ id, version }, tx);
  }
}
