import { About, Answers, AnswersNothing, Can, Id, IfMatch, Tx, Writes } from '@ciep/platform';
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
@About('The stock of booths: numbers, sizes, blocks 展位管理：编号、面积、停用')
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

  @ApiOperation({ operationId: 'createBooth', summary: 'Add a booth 新增展位' })
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

  @ApiOperation({ operationId: 'createBooths', summary: 'Add many booths at once: all or none 批量新增展位，全部成功或全部不成功' })
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

  @ApiOperation({ operationId: 'updateBooth', summary: 'Change a booth 修改展位' })
  @Patch(':id')
  @Can('booth:write')
  @Writes()
  @Answers(VenueBoothDto)
  async update(@Id() id: string, @IfMatch() version: number, @Body() changes: UpdateBoothDto, @Tx() tx: Tx): Promise<VenueBoothDto> {
    await this.updateBooth.execute({ id, version, changes }, tx);
    return this.queries.venueDetail(id, tx);
  }

  @ApiOperation({ operationId: 'blockBooth', summary: 'Keep a booth from being given away, with a reason 暂不分配展位，须说明理由' })
  @Post(':id/block')
  @Can('booth:write')
  @Writes()
  @Answers(VenueBoothDto)
  async block(@Id() id: string, @IfMatch() version: number, @Body() { reason }: BlockBoothDto, @Tx() tx: Tx): Promise<VenueBoothDto> {
    await this.blockBooth.execute({ id, version, reason }, tx);
    return this.queries.venueDetail(id, tx);
  }

  @ApiOperation({ operationId: 'unblockBooth', summary: 'Let a blocked booth be given away again 恢复分配展位' })
  @Post(':id/unblock')
  @Can('booth:write')
  @Writes()
  @Answers(VenueBoothDto)
  async unblock(@Id() id: string, @IfMatch() version: number, @Tx() tx: Tx): Promise<VenueBoothDto> {
    await this.unblockBooth.execute({ id, version }, tx);
    return this.queries.venueDetail(id, tx);
  }

  @ApiOperation({ operationId: 'deleteBooth', summary: 'Remove a booth that was never given away 删除从未分配过的展位' })
  @Delete(':id')
  @Can('booth:write')
  @Writes()
  @AnswersNothing()
  async remove(@Id() id: string, @IfMatch() version: number, @Tx() tx: Tx): Promise<void> {
    await this.deleteBooth.execute({ id, version }, tx);
  }
}
