import type { AreaType } from '@ciep/contracts';
import { Aggregate, newId, type LocalizedText } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { AreasDoNotFitRegions, UnitNamedTwice, WrongParent } from './node.errors.js';
import { admittedAreas, mayStandBelow, unitNamedTwice, type NodeKind, type Responsibility } from './node.rules.js';

/** The organizer's data of a node, except its place in the tree. */
export interface NodePlan {
  readonly code: string;
  readonly name: LocalizedText;
  readonly description: LocalizedText | null;
  readonly areaTypes: readonly AreaType[];
  readonly regionCodes: readonly string[];
}

/** A pavilion, zone or board of an edition. Booths and applications belong to its leaves (docs/rules.md#venue-tree). */
@Entity({ name: 'nodes' })
export class Node extends Aggregate {
  @PrimaryColumn('uuid') readonly id!: string;
  @Column({ type: 'int' }) readonly version!: number;
  @Column({ type: 'uuid' }) readonly editionId!: string;
  @Column({ type: 'uuid', nullable: true }) parentId!: string | null;
  @Column({ type: 'text' }) readonly kind!: NodeKind;
  @Column({ type: 'text' }) code!: string;
  @Column({ type: 'int' }) position!: number;
  @Column({ type: 'jsonb' }) name!: LocalizedText;
  @Column({ type: 'jsonb', nullable: true }) description!: LocalizedText | null;
  @Column({ type: 'text', array: true }) areaTypes!: readonly AreaType[];
  @Column({ type: 'text', array: true }) regionCodes!: readonly string[];
  @Column({ type: 'jsonb' }) responsibilities!: readonly Responsibility[];

  /** A new node below its parent; `null` is the root of the edition. */
  static plan(
    place: { editionId: string; kind: NodeKind; parent: Readonly<Node> | null; position: number },
    plan: NodePlan,
    responsibilities: readonly Responsibility[],
  ): Node {
    const { editionId, kind, parent, position } = place;
    if (!mayStandBelow(kind, parent?.kind ?? null)) throw new WrongParent(kind, parent?.kind ?? null);
    const node = new Node();
    Object.assign(node, { id: newId(), version: 1, editionId, kind, parentId: parent?.id ?? null, position });
    node.replan(plan);
    node.assign(responsibilities);
    return node;
  }

  replan(plan: NodePlan): void {
    const admitted = admittedAreas(plan.regionCodes);
    const unfit = plan.areaTypes.filter(areaType => !admitted.includes(areaType));
    if (unfit.length > 0) throw new AreasDoNotFitRegions(admitted, unfit);
    Object.assign(this, plan);
  }

  moveBelow(parent: Readonly<Node> | null, position: number): void {
    if (!mayStandBelow(this.kind, parent?.kind ?? null)) throw new WrongParent(this.kind, parent?.kind ?? null);
    this.parentId = parent?.id ?? null;
    this.position = position;
  }

  assign(responsibilities: readonly Responsibility[]): void {
    const twice = unitNamedTwice(responsibilities);
    if (twice !== undefined) throw new UnitNamedTwice(twice);
    this.responsibilities = responsibilities;
  }
}
