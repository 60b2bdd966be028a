import { Aggregate, newId } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An organizer's note about an application; the applicant never sees it. */
@Entity({ name: 'application_notes' })
export class ApplicationNote extends Aggregate {
  @PrimaryColumn('uuid') readonly id!: string;
  @Column({ type: 'int' }) readonly version!: number;
  @Column({ type: 'uuid' }) readonly applicationId!: string;
  @Column({ type: 'text' }) readonly authorId!: string;
  @Column({ type: 'text' }) readonly text!: string;
  @Column({ type: 'timestamptz' }) readonly writtenAt!: Date;

  static write(applicationId: string, authorId: string, text: string, now: Date): ApplicationNote {
    return Object.assign(new ApplicationNote(), { id: newId(), version: 1, applicationId, authorId, text, writtenAt: now });
  }
}
