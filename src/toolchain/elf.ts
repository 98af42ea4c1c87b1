/**
 * A linker for what kernels are: x86-64 object files that become one shared library for Linux.
 *
 * Takes the objects as LLVM writes them, gives the library's bytes. Starting lld for this takes longer than LLVM takes for a
 * small kernel; here it is well under a millisecond. Whatever it doesn't know (other machines, relocations and sections that LLVM
 * doesn't make of kernels) is `undefined`, and lld does the job.
 *
 *   file      headers, dynamic symbols, constants │ code, jumps to functions elsewhere │ dynamic section, GOT, variables
 *   memory    read only                           │ read and execute                   │ read and write; GOT read only
 *
 * Each of the three parts begins a page of its own in memory, at the same place within the page as in the file.
 * Numbers and structures: the System V ABI with its AMD64 supplement. Symbols bind when the library is loaded.
 */

const PAGE = 0x1000;

const EM_X86_64 = 62;
const SHT = {
  progbits: 1,
  symtab: 2,
  rela: 4,
  nobits: 8,
  unwind: 0x70000001,
  initArray: 14,
  preinitArray: 16,
} as const;
const SHF = { write: 1, alloc: 2, exec: 4, tls: 0x400 } as const;
const PT = { load: 1, dynamic: 2, stack: 0x6474e551, relro: 0x6474e552 } as const;
const PF = { exec: 1, write: 2, read: 4 } as const;
const DT = {
  hash: 4,
  strtab: 5,
  symtab: 6,
  rela: 7,
  relaSize: 8,
  relaEntry: 9,
  strSize: 10,
  symEntry: 11,
  flags: 30,
  flags1: 0x6ffffffb,
} as const;
const DF_BIND_NOW = 8;
/** NOW, and NODELETE: a finalizer may run after the last dlclose of an addon, so its code must stay. */
const DF_1 = 1 | 8;
const R = {
  abs64: 1,
  pc32: 2,
  plt32: 4,
  globDat: 6,
  relative: 8,
  gotpcrel: 9,
  pc64: 24,
  gotpcrelx: 41,
  rexGotpcrelx: 42,
} as const;

const [EHDR, PHDR, SHDR, SYM, RELA, DYN] = [64, 56, 64, 24, 24, 16];

interface Section {
  readonly type: number;
  readonly flags: number;
  /** The object file. */
  readonly file: Buffer;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly align: number;
  /** In memory, once it is laid out. */
  address: number;
}

interface Symbol {
  readonly name: string;
  /** Binding and type, as the file has them. */
  readonly info: number;
  /** Others may see it. */
  readonly exported: boolean;
  /** undefined when the symbol is another library's. */
  readonly section: Section | undefined;
  readonly value: number;
  readonly size: number;
}

interface Relocation {
  readonly target: Section;
  readonly offset: number;
  readonly type: number;
  readonly symbol: Symbol;
  readonly addend: number;
}

interface ObjectFile {
  readonly sections: readonly Section[];
  readonly relocations: readonly Relocation[];
  readonly symbols: readonly Symbol[];
}

/** Numbers of 64 bits; none here reaches 2^53. */
const read64 = (b: Buffer, at: number): number => Number(b.readBigUInt64LE(at));
const write64 = (b: Buffer, at: number, value: number): void => {
  b.writeBigInt64LE(BigInt(value), at);
};
const alignUp = (n: number, to: number): number => Math.ceil(n / to) * to;

/** Something that only lld can do. */
class Unknown extends Error {}

function nameAt(b: Buffer, at: number): string {
  return b.toString("latin1", at, b.indexOf(0, at));
}

function readObject(bytes: Buffer): ObjectFile {
  const isElf64 = bytes.length > EHDR && bytes.readUInt32BE(0) === 0x7f454c46 && bytes[4] === 2 && bytes[5] === 1;
  if (!isElf64 || bytes.readUInt16LE(16) !== 1 || bytes.readUInt16LE(18) !== EM_X86_64) throw new Unknown();
  const [headers, count] = [read64(bytes, 40), bytes.readUInt16LE(60)];
  const sections = Array.from({ length: count }, (_, index): Section => {
    const at = headers + index * SHDR;
    return {
      type: bytes.readUInt32LE(at + 4),
      flags: read64(bytes, at + 8),
      file: bytes,
      offset: read64(bytes, at + 24),
      size: read64(bytes, at + 32),
      link: bytes.readUInt32LE(at + 40),
      info: bytes.readUInt32LE(at + 44),
      align: Math.max(1, read64(bytes, at + 48)),
      address: 0,
    };
  });
  const table = sections.find((s) => s.type === SHT.symtab);
  const names = sections[table?.link ?? 0];
  if (table === undefined || names === undefined) throw new Unknown();
  const symbols = Array.from({ length: table.size / SYM }, (_, index) =>
    readSymbol(bytes, table.offset + index * SYM, names.offset, sections),
  );
  return { sections, symbols, relocations: readRelocations(bytes, sections, symbols) };
}

function readSymbol(bytes: Buffer, at: number, names: number, sections: readonly Section[]): Symbol {
  const info = bytes.readUInt8(at + 4);
  const other = bytes.readUInt8(at + 5);
  const index = bytes.readUInt16LE(at + 6);
  const isHidden = (other & 3) !== 0;
  return {
    name: nameAt(bytes, names + bytes.readUInt32LE(at)),
    info,
    exported: info >> 4 !== 0 && !isHidden && index !== 0,
    // Numbers beyond the table (absolute and common symbols) are in no section either; nothing may refer to them.
    section: index === 0 ? undefined : sections[index],
    value: index < sections.length ? read64(bytes, at + 8) : Number.NaN,
    size: read64(bytes, at + 16),
  };
}

function readRelocations(
  bytes: Buffer,
  sections: readonly Section[],
  symbols: readonly Symbol[],
): readonly Relocation[] {
  const all: Relocation[] = [];
  for (const { type, info, offset, size } of sections) {
    const target = type === SHT.rela ? sections[info] : undefined;
    if (target === undefined || !isKept(target)) continue;
    for (let at = offset; at < offset + size; at += RELA) {
      const symbol = symbols[bytes.readUInt32LE(at + 12)];
      if (symbol === undefined || Number.isNaN(symbol.value)) throw new Unknown();
      const type = bytes.readUInt32LE(at + 8);
      const addend = Number(bytes.readBigInt64LE(at + 16));
      all.push({ target, offset: read64(bytes, at), type, symbol, addend });
    }
  }
  return all;
}

/** Does it go into the library? Tables for unwinding don't: without an index, which lld doesn't make either, nobody finds them. */
function isKept({ type, flags }: Section): boolean {
  if ((flags & SHF.alloc) === 0 || type === SHT.unwind) return false;
  if ((flags & SHF.tls) !== 0 || (type >= SHT.initArray && type <= SHT.preinitArray)) throw new Unknown();
  if (type !== SHT.progbits && type !== SHT.nobits) throw new Unknown();
  return true;
}

/** What the loader has to write into the GOT and into variables. */
interface DynamicRelocation {
  readonly type: number;
  readonly symbol: Symbol | undefined;
  address(): number;
  addend(): number;
}

interface Tables {
  /** Symbols whose addresses the GOT holds, in its order. */
  readonly got: Map<Symbol, number>;
  /** Functions elsewhere that code jumps to. */
  readonly plt: Map<Symbol, number>;
  readonly dynamic: DynamicRelocation[];
}

const GOT_ENTRY = 8;
/** `jmp *slot(%rip)`, padded. */
const PLT_ENTRY = 8;

const addressOf = ({ section, value }: Symbol): number => (section?.address ?? 0) + value;

function tablesOf(relocations: readonly Relocation[]): Tables {
  const [got, plt] = [new Map<Symbol, number>(), new Map<Symbol, number>()];
  const dynamic: DynamicRelocation[] = [];
  const slot = (table: Map<Symbol, number>, symbol: Symbol): void => {
    if (!table.has(symbol)) table.set(symbol, table.size);
  };
  for (const { type, symbol, target, offset, addend } of relocations) {
    const elsewhere = symbol.section === undefined;
    switch (type) {
      case R.plt32:
        if (elsewhere) slot(plt, symbol);
        if (elsewhere) slot(got, symbol);
        break;
      case R.pc32:
      case R.pc64:
        if (elsewhere) throw new Unknown();
        break;
      case R.gotpcrel:
      case R.gotpcrelx:
      case R.rexGotpcrelx:
        slot(got, symbol);
        break;
      case R.abs64:
        // The loader doesn't write to what is read only.
        if ((target.flags & SHF.write) === 0) throw new Unknown();
        dynamic.push({
          type: elsewhere ? R.abs64 : R.relative,
          symbol: elsewhere ? symbol : undefined,
          address: () => target.address + offset,
          addend: () => (elsewhere ? addend : addressOf(symbol) + addend),
        });
        break;
      default:
        throw new Unknown();
    }
  }
  return { got, plt, dynamic };
}

/** Dynamic symbols, their names and the hash table by which they are found: a single bucket, since there is hardly more than one. */
function symbolTables(imported: readonly Symbol[], exported: readonly Symbol[]) {
  const all = [...imported, ...exported];
  let strings = "\0";
  const nameOffset = (name: string): number => {
    const at = strings.length;
    strings += `${name}\0`;
    return at;
  };
  const symtab = Buffer.alloc((all.length + 1) * SYM);
  all.forEach(({ name, info, size }, k) => {
    const at = (k + 1) * SYM;
    symtab.writeUInt32LE(nameOffset(name), at);
    symtab.writeUInt8(info, at + 4);
    write64(symtab, at + 16, size);
  });
  const first = exported.length === 0 ? 0 : imported.length + 1;
  const chain = all.map((_, k) => (k + 1 >= first && k + 1 < all.length ? k + 2 : 0));
  const hash = Buffer.alloc((4 + all.length) * 4);
  [1, all.length + 1, first, 0, ...chain].forEach((word, k) => {
    hash.writeUInt32LE(word, 4 * k);
  });
  return { symtab, hash, strtab: Buffer.from(strings, "latin1"), numbers: numbered(all) };
}

function numbered(symbols: readonly Symbol[]): ReadonlyMap<Symbol, number> {
  return new Map(symbols.map((symbol, k) => [symbol, k + 1]));
}

/** Where the next piece goes: pieces follow each other in the file, and in memory at an offset that grows by part. */
class Layout {
  offset = 0;
  #shift = 0;

  get address(): number {
    return this.offset + this.#shift;
  }

  nextPart(): void {
    this.#shift += PAGE;
  }

  place(size: number, align: number): { readonly offset: number; readonly address: number } {
    if (align > PAGE) throw new Unknown();
    this.offset = alignUp(this.offset, align);
    const placed = { offset: this.offset, address: this.address };
    this.offset += size;
    return placed;
  }

  placeSections(sections: readonly Section[]): void {
    for (const section of sections) section.address = this.place(section.size, section.align).address;
  }
}

const isGlobal = ({ info }: Symbol): boolean => info >> 4 !== 0;

/** One object file of several: what one takes from another is found, and each name that comes from elsewhere is one symbol. */
function merge(objects: readonly ObjectFile[]): ObjectFile {
  const symbols = objects.flatMap((object) => object.symbols);
  const globals = symbols.filter((symbol) => isGlobal(symbol) && symbol.name !== "");
  const byName = new Map<string, Symbol>();
  for (const symbol of globals) {
    if (symbol.section === undefined) continue;
    if (byName.has(symbol.name)) throw new Unknown();
    byName.set(symbol.name, symbol);
  }
  for (const symbol of globals) if (!byName.has(symbol.name)) byName.set(symbol.name, symbol);
  return {
    sections: objects.flatMap((object) => object.sections),
    symbols,
    relocations: objects
      .flatMap((object) => object.relocations)
      .map((one) => {
        const symbol = isGlobal(one.symbol) ? byName.get(one.symbol.name) : undefined;
        return symbol === undefined ? one : { ...one, symbol };
      }),
  };
}

/** Makes a shared library of object files; undefined when lld has to. */
export function linkElf(objects: readonly Uint8Array[]): Buffer | undefined {
  try {
    const files = objects.map((object) => Buffer.from(object.buffer, object.byteOffset, object.length));
    return linkObject(merge(files.map(readObject)));
  } catch (error) {
    if (error instanceof Unknown || error instanceof RangeError) return undefined;
    throw error;
  }
}

function linkObject({ sections, symbols, relocations }: ObjectFile): Buffer {
  const kept = sections.filter(isKept);
  const { got, plt, dynamic } = tablesOf(relocations);
  const imported = new Set([...got.keys(), ...dynamic.flatMap((d) => d.symbol ?? [])].filter((s) => !s.section));
  const exported = symbols.filter((s) => s.exported && s.section !== undefined);
  const { symtab, hash, strtab, numbers } = symbolTables([...imported], exported);
  const dynamicCount = dynamic.length + got.size;

  const layout = new Layout();
  const segmentCount = 6;
  layout.place(EHDR + segmentCount * PHDR, 1);
  const at = {
    symtab: layout.place(symtab.length, 8),
    hash: layout.place(hash.length, 8),
    strtab: layout.place(strtab.length, 1),
    rela: layout.place(dynamicCount * RELA, 8),
  };
  layout.placeSections(kept.filter((s) => (s.flags & (SHF.write | SHF.exec)) === 0));
  const readOnly = { offset: 0, address: 0, end: layout.offset };

  layout.nextPart();
  const code = { offset: layout.offset, address: layout.address };
  layout.placeSections(kept.filter((s) => (s.flags & SHF.exec) !== 0));
  const pltAt = layout.place(plt.size * PLT_ENTRY, 8);
  const codeEnd = layout.offset;

  layout.nextPart();
  const entries: [tag: number, value: number][] = [
    [DT.hash, at.hash.address],
    [DT.strtab, at.strtab.address],
    [DT.symtab, at.symtab.address],
    [DT.strSize, strtab.length],
    [DT.symEntry, SYM],
    ...((dynamicCount === 0
      ? []
      : [
          [DT.rela, at.rela.address],
          [DT.relaSize, dynamicCount * RELA],
          [DT.relaEntry, RELA],
        ]) as [number, number][]),
    [DT.flags, DF_BIND_NOW],
    [DT.flags1, DF_1],
    [0, 0],
  ];
  const dynamicAt = layout.place(entries.length * DYN, 16);
  const gotAt = layout.place(got.size * GOT_ENTRY, 8);
  // The loader protects whole pages; what stays writable begins on the next.
  const relroEnd = layout.address;
  const variables = kept.filter((s) => (s.flags & SHF.write) !== 0);
  if (variables.length > 0) layout.place(alignUp(layout.address, PAGE) - layout.address, 1);
  layout.placeSections(variables.filter((s) => s.type !== SHT.nobits));
  const fileEnd = layout.offset;
  layout.placeSections(variables.filter((s) => s.type === SHT.nobits));
  const memoryEnd = layout.offset;

  const out = Buffer.alloc(fileEnd);
  symtab.copy(out, at.symtab.offset);
  hash.copy(out, at.hash.offset);
  strtab.copy(out, at.strtab.offset);
  exported.forEach((symbol) => {
    const entry = at.symtab.offset + (numbers.get(symbol) ?? 0) * SYM;
    // Any section that exists will do; there are no section headers to tell them apart.
    out.writeUInt16LE(1, entry + 6);
    write64(out, entry + 8, addressOf(symbol));
  });
  // Parts' addresses are a whole number of pages from their offsets.
  const partOf = (section: Section): number =>
    (section.flags & SHF.exec) !== 0 ? PAGE : (section.flags & SHF.write) !== 0 ? 2 * PAGE : 0;
  const fileOffset = (section: Section): number => section.address - partOf(section);
  for (const section of kept) {
    if (section.type !== SHT.nobits) {
      section.file.copy(out, fileOffset(section), section.offset, section.offset + section.size);
    }
  }

  const gotAddress = (symbol: Symbol): number => gotAt.address + (got.get(symbol) ?? 0) * GOT_ENTRY;
  for (const [symbol, k] of plt) {
    const stub = pltAt.offset + k * PLT_ENTRY;
    out.writeUInt16LE(0x25ff, stub);
    out.writeInt32LE(gotAddress(symbol) - (pltAt.address + k * PLT_ENTRY + 6), stub + 2);
    out.writeUInt16LE(0xcccc, stub + 6);
  }
  for (const { target, offset, type, symbol, addend } of relocations) {
    const place = fileOffset(target) + offset;
    const from = target.address + offset;
    switch (type) {
      case R.plt32:
      case R.pc32: {
        const stub = plt.get(symbol);
        const to = symbol.section === undefined ? pltAt.address + (stub ?? 0) * PLT_ENTRY : addressOf(symbol);
        out.writeInt32LE(to + addend - from, place);
        break;
      }
      case R.pc64:
        write64(out, place, addressOf(symbol) + addend - from);
        break;
      case R.gotpcrel:
      case R.gotpcrelx:
      case R.rexGotpcrelx:
        out.writeInt32LE(gotAddress(symbol) + addend - from, place);
        break;
      default:
        // The loader's.
        break;
    }
  }

  const toWrite: DynamicRelocation[] = [...dynamic];
  for (const symbol of got.keys()) {
    const elsewhere = symbol.section === undefined;
    toWrite.push({
      type: elsewhere ? R.globDat : R.relative,
      symbol: elsewhere ? symbol : undefined,
      address: () => gotAddress(symbol),
      addend: () => (elsewhere ? 0 : addressOf(symbol)),
    });
  }
  toWrite.forEach(({ type, symbol, address, addend }, k) => {
    const entry = at.rela.offset + k * RELA;
    write64(out, entry, address());
    out.writeUInt32LE(type, entry + 8);
    out.writeUInt32LE(symbol === undefined ? 0 : (numbers.get(symbol) ?? 0), entry + 12);
    write64(out, entry + 16, addend());
  });
  entries.forEach(([tag, value], k) => {
    write64(out, dynamicAt.offset + k * DYN, tag);
    write64(out, dynamicAt.offset + k * DYN + 8, value);
  });

  writeHeader(out, segmentCount);
  const segments: readonly Segment[] = [
    { type: PT.load, flags: PF.read, ...readOnly, memorySize: readOnly.end, align: PAGE },
    { type: PT.load, flags: PF.read | PF.exec, ...code, end: codeEnd, memorySize: codeEnd - code.offset, align: PAGE },
    {
      type: PT.load,
      flags: PF.read | PF.write,
      ...dynamicAt,
      end: fileEnd,
      memorySize: memoryEnd - dynamicAt.offset,
      align: PAGE,
    },
    {
      type: PT.dynamic,
      flags: PF.read | PF.write,
      ...dynamicAt,
      end: dynamicAt.offset + entries.length * DYN,
      memorySize: entries.length * DYN,
      align: 8,
    },
    {
      type: PT.relro,
      flags: PF.read,
      ...dynamicAt,
      end: gotAt.offset + got.size * GOT_ENTRY,
      // To the end of its page, which is otherwise unused.
      memorySize: alignUp(relroEnd, PAGE) - dynamicAt.address,
      align: 1,
    },
    { type: PT.stack, flags: PF.read | PF.write, offset: 0, address: 0, end: 0, memorySize: 0, align: 16 },
  ];
  segments.forEach((segment, k) => {
    writeSegment(out, EHDR + k * PHDR, segment);
  });
  return out;
}

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  /** In the file. */
  readonly end: number;
  readonly memorySize: number;
  readonly align: number;
}

function writeHeader(out: Buffer, segments: number): void {
  out.writeUInt32BE(0x7f454c46, 0);
  // 64 bits, little-endian, version 1.
  out.set([2, 1, 1], 4);
  out.writeUInt16LE(3, 16);
  out.writeUInt16LE(EM_X86_64, 18);
  out.writeUInt32LE(1, 20);
  write64(out, 32, EHDR);
  out.writeUInt16LE(EHDR, 52);
  out.writeUInt16LE(PHDR, 54);
  out.writeUInt16LE(segments, 56);
  out.writeUInt16LE(SHDR, 58);
}

function writeSegment(
  out: Buffer,
  at: number,
  { type, flags, offset, address, end, memorySize, align }: Segment,
): void {
  out.writeUInt32LE(type, at);
  out.writeUInt32LE(flags, at + 4);
  write64(out, at + 8, offset);
  write64(out, at + 16, address);
  write64(out, at + 24, address);
  write64(out, at + 32, end - offset);
  write64(out, at + 40, memorySize);
  write64(out, at + 48, align);
}
