import type { BoothPlan } from '../../booths/booth.entity.js';
import type { AreaType } from '@ciep/contracts';

/** The hall of each leaf. Invented: the notice names halls 1 to 6 only, not their content. */
const hallOfLeaf: Readonly<Record<string, number>> = {
  '1.1': 1,
  '1.2.1': 2,
  '1.2.2': 2,
  '1.2.3': 2,
  '1.2.4': 2,
  '1.2.5': 3,
  '1.2.6': 3,
  '1.2.7': 3,
  '1.2.8': 3,
  '1.2.9': 3,
  '1.3.1': 4,
  '1.3.2': 4,
  '1.4.1': 5,
  '1.4.2': 5,
  '1.4.3': 5,
  '1.4.4': 5,
  '1.4.5': 5,
  '2': 6,
  '3': 1,
  '4': 6,
  '5': 4,
};

const standard = { type: 'standard', areaDm2: 900, widthDm: 30, depthDm: 30 } as const;
const corner = { ...standard, type: 'corner' } as const;
const smallRawSpace = { type: 'raw_space', areaDm2: 3_600, widthDm: 60, depthDm: 60 } as const;
const largeRawSpace = { type: 'raw_space', areaDm2: 5_400, widthDm: 90, depthDm: 60 } as const;
type Build = Pick<BoothPlan, 'type' | 'areaDm2' | 'widthDm' | 'depthDm'>;

const some = (count: number, build: Build): Build[] => Array.from({ length: count }, () => build);

/** Ten enterprises are selected per region, so that each can have a booth; the rest are spares for swaps. */
const enterpriseStock = [...some(10, standard), ...some(2, corner), ...some(1, smallRawSpace)];
const governmentStock = [...some(1, standard), ...some(1, smallRawSpace)];
const generalStock = [...some(18, standard), ...some(6, corner), ...some(4, smallRawSpace), ...some(2, largeRawSpace)];

const timesRegions = (areaType: AreaType, stock: readonly Build[], regions: number) =>
  Array.from({ length: regions }, () => stock.map(build => ({ ...build, areaType }))).flat();

/** The invented booths of a leaf: numbers, sizes and types stand in for the real stock, which the notice does not list. */
export function inventedBooths(code: string, regionCodes: readonly string[]): BoothPlan[] {
  const hall = hallOfLeaf[code];
  if (hall === undefined) throw new Error(`no hall is mapped to the leaf ${code}`);
  const leaves = Object.keys(hallOfLeaf).filter(leaf => hallOfLeaf[leaf] === hall);
  const row = String.fromCharCode('A'.charCodeAt(0) + leaves.indexOf(code));
  const stock =
    regionCodes.length === 0
      ? timesRegions('general', generalStock, 1)
      : [
          ...timesRegions('government', governmentStock, regionCodes.length),
          ...timesRegions('enterprise', enterpriseStock, regionCodes.length),
        ];
  return stock.map((booth, index) => ({ ...booth, number: `${hall}${row}-${String(index + 1).padStart(3, '0')}`, hall, floor: 1 }));
}
