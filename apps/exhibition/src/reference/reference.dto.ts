import type { LocalizedText } from '@ciep/kernel';
import { ListOf, LocalizedAnswer, Text } from '@ciep/platform';

export class ChoiceDto {
  @Text({ max: 60, description: 'code, the value to send', example: 'enterprise' })
  code!: string;

  @LocalizedAnswer({ description: 'name in both languages, or in the one asked for by ?lang=' })
  name!: LocalizedText;
}

export class ChoicesDto {
  @ListOf(() => ChoiceDto, { max: 100, description: 'all there are' })
  items!: ChoiceDto[];
}
