// A PDF of label images: one page each, as large as its paper, in two colours and without loss, as a printer wants it.

interface Drawn { width: number; height: number; bits: Uint8Array }

/** The images (GIF or PNG, by `type`), each with its paper ("4x6": inches, width by height), as one PDF. */
export async function pdfOf(labels: { image: Uint8Array<ArrayBuffer>; stock: string }[], type: string): Promise<Blob> {
  const parts: BlobPart[] = [], places: number[] = [];
  let size = 0;
  const add = (part: string | Uint8Array<ArrayBuffer>) => { const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part; parts.push(bytes); size += bytes.length; };
  const object = (text: string, stream?: Uint8Array<ArrayBuffer>) => {
    places.push(size);
    add(`${places.length} 0 obj\n${text}\n`);
    if (stream) { add("stream\n"); add(stream); add("\nendstream\n"); }
    add("endobj\n");
  };
  add("%PDF-1.4\n");
  object("<< /Type /Catalog /Pages 2 0 R >>");
  object(`<< /Type /Pages /Count ${labels.length} /Kids [${labels.map((_, at) => `${3 + at * 3} 0 R`).join(" ")}] >>`);
  for (const [at, { image, stock }] of labels.entries()) {
    const [across, down] = stock.split("x").map((side) => Number(side) * 72) as [number, number], first = 3 + at * 3;
    const { width, height, bits } = await drawn(new Blob([image], { type }), down / across);
    const packed = new Uint8Array(await new Response(new Blob([bits as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream("deflate"))).arrayBuffer());
    const scale = Math.min(across / width, down / height), box = `q ${(width * scale).toFixed(2)} 0 0 ${(height * scale).toFixed(2)} 0 ${(down - height * scale).toFixed(2)} cm /L Do Q`;
    object(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${across} ${down}] /Contents ${first + 1} 0 R /Resources << /XObject << /L ${first + 2} 0 R >> >> >>`);
    object(`<< /Length ${box.length} >>`, new TextEncoder().encode(box));
    object(`<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /FlateDecode /Length ${packed.length} >>`, packed);
  }
  const table = size;
  add(`xref\n0 ${places.length + 1}\n0000000000 65535 f \n${places.map((each) => `${String(each).padStart(10, "0")} 00000 n \n`).join("")}`);
  add(`trailer\n<< /Size ${places.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`);
  return new Blob(parts, { type: "application/pdf" });
}

/** An image upright, a bit a dot; what is blank below the paper's end is left out. A carrier may draw a label on its side. */
async function drawn(file: Blob, ratio: number): Promise<Drawn> {
  const image = await createImageBitmap(file), lies = image.width > image.height;
  const width = lies ? image.height : image.width, whole = lies ? image.width : image.height;
  const pen = new OffscreenCanvas(width, whole).getContext("2d");
  if (!pen) throw new Error("this browser draws no label");
  pen.fillStyle = "white";
  pen.fillRect(0, 0, width, whole);
  if (lies) { pen.translate(width, 0); pen.rotate(Math.PI / 2); }
  pen.drawImage(image, 0, 0);
  const dots = pen.getImageData(0, 0, width, whole).data, row = Math.ceil(width / 8), bits = new Uint8Array(row * whole).fill(255);
  let inked = 0;
  for (let y = 0; y < whole; y += 1) for (let x = 0; x < width; x += 1) {
    const at = (y * width + x) * 4;
    if (((dots[at] ?? 255) * 299 + (dots[at + 1] ?? 255) * 587 + (dots[at + 2] ?? 255) * 114) / 1000 < 128) { bits[y * row + (x >> 3)]! &= ~(128 >> (x & 7)); inked = y + 1; }
  }
  const end = Math.round(width * ratio), height = whole > end && inked <= end ? end : whole;
  return { width, height, bits: bits.subarray(0, row * height) };
}
