export const print = () => [paperPrinted({}), paperSold({})];

declare function paperPrinted(data: object): unknown;
declare function paperSold(data: object): unknown;
