import { About, Answers, AnswersNothing, Can, Id, IfMatch, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Delete, Patch, Post, Put } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AssignResponsibilities } from './assign-responsibilities.use-case.js';
import { CreateNode } from './create-node.use-case.js';
import { DeleteNode } from './delete-node.use-case.js';
import { MoveNode } from './move-node.use-case.js';
import { NodeQueries } from './node.queries.js';
import { AssignResponsibilitiesDto, CreateNodeDto, MoveNodeDto, NodeDetailDto, UpdateNodeDto } from './nodes.dto.js';
import { UpdateNode } from './update-node.use-case.js';

/** Changes to the venue tree, by the organizer. */
@About('Changes of the tree of the venue 展区目录管理：修改展区结构')
@Controller('nodes')
export class OrganizerNodesController {
  constructor(
    private readonly createNode: CreateNode,
    private readonly updateNode: UpdateNode,
    private readonly moveNode: MoveNode,
    private readonly deleteNode: DeleteNode,
    private readonly assignResponsibilities: AssignResponsibilities,
    private readonly queries: NodeQueries,
  ) {}

  @ApiOperation({ operationId: 'createNode', summary: 'Add a node to the venue tree 新增展区节点' })
  @Post()
  @Can('node:write')
  @Writes({ key: 'required' })
  @Answers(NodeDetailDto, 201)
  async create(@Body() body: CreateNodeDto, @Tx() tx: Tx): Promise<NodeDetailDto> {
    const { parentId = null, description = null, areaTypes = [], regionCodes = [], responsibilities = [], ...rest } = body;
    const id = await this.createNode.execute({ ...rest, parentId, description, areaTypes, regionCodes, responsibilities }, tx);
    return this.answer(id, tx);
  }

  @ApiOperation({ operationId: 'updateNode', summary: 'Change a node of the venue tree 修改展区节点' })
  @Patch(':id')
  @Can('node:write')
  @Writes()
  @Answers(NodeDetailDto)
  async update(@Id() id: string, @IfMatch() version: number, @Body() changes: UpdateNodeDto, @Tx() tx: Tx): Promise<NodeDetailDto> {
    await this.updateNode.execute({ id, version, changes }, tx);
    return this.answer(id, tx);
  }

  @ApiOperation({ operationId: 'moveNode', summary: 'Move a node with everything below it 移动展区节点及其下级' })
  @Post(':id/move')
  @Can('node:write')
  @Writes()
  @Answers(NodeDetailDto)
  async move(@Id() id: string, @IfMatch() version: number, @Body() body: MoveNodeDto, @Tx() tx: Tx): Promise<NodeDetailDto> {
    await this.moveNode.execute({ id, version, parentId: body.parentId, position: body.position }, tx);
    return this.answer(id, tx);
  }

  @ApiOperation({
    operationId: 'assignResponsibilities',
    summary: 'Name the units that are responsible for a node, and their roles 指定展区的责任单位及分工',
  })
  @Put(':id/responsibilities')
  @Can('node:write')
  @Writes()
  @Answers(NodeDetailDto)
  async assign(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() body: AssignResponsibilitiesDto,
    @Tx() tx: Tx,
  ): Promise<NodeDetailDto> {
    await this.assignResponsibilities.execute({ id, version, responsibilities: body.responsibilities }, tx);
    return this.answer(id, tx);
  }

  @ApiOperation({ operationId: 'deleteNode', summary: 'Remove a node that nothing hangs on 删除没有下级的展区节点' })
  @Delete(':id')
  @Can('node:write')
  @Writes()
  @AnswersNothing()
  async remove(@Id() id: string, @IfMatch() version: number, @Tx() tx: Tx): Promise<void> {
    await this.deleteNode.execute({ id, version }, tx);
  }

  private answer(id: string, tx: Tx): Promise<NodeDetailDto> {
    return this.queries.detail(id, { onlyPublished: false }, tx);
  }
}
