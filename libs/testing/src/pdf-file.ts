/** A PDF file of these objects, numbered from 1, with the table that leads to them; object 1 is its catalogue. */
export function pdfOf(objects: readonly (Buffer | string)[], trailer = ''): Buffer {
  const parts = [Buffer.from('%PDF-1.7\n')];
  const offsets: number[] = [];
  let size = parts[0]?.length ?? 0;
  const add = (part: Buffer | string) => {
    const bytes = Buffer.from(part);
    parts.push(bytes);
    size += bytes.length;
  };
  objects.forEach((object, at) => {
    offsets.push(size);
    add(`${at + 1} 0 obj\n`);
    add(object);
    add('\nendobj\n');
  });
  const table = size;
  const rows = offsets.map(offset => `${String(offset).padStart(10, '0')} 00000 n \n`);
  add(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join('')}`);
  add(`trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${table}\n%%EOF\n`);
  return Buffer.concat(parts);
}

/** A PDF file of one page, with this as a stream of it and these entries in its catalogue. */
export const aPdf = (stream: Buffer | string = '', catalogue = '', entries = ''): Buffer => {
  const content = Buffer.from(stream);
  return pdfOf([
    `<< /Type /Catalog /Pages 2 0 R ${catalogue} >>`,
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>',
    Buffer.concat([Buffer.from(`<< ${entries} /Length ${content.length} >>\nstream\n`), content, Buffer.from('\nendstream')]),
  ]);
};
