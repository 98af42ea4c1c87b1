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
  readonly file: Uint8Array;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly align: number;
  /** In memory, once it is laid out. */
  address: number;
}

interface Symbol {
  /** Empty for those that no other file sees. */
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
  readonly bytes: DataView;
  readonly sections: readonly Section[];
  readonly symbols: readonly Symbol[];
}

/** What goes into the library. */
interface Merged {
  readonly sections: readonly Section[];
  readonly relocations: readonly Relocation[];
  readonly symbols: readonly Symbol[];
}

const WORD = 2 ** 32;

// Everything in such a file is little-endian. Numbers of 64 bits: none here reaches 2^53.
const read16 = (b: DataView, at: number): number => b.getUint16(at, true);
const read32 = (b: DataView, at: number): number => b.getUint32(at, true);
const read64 = (b: DataView, at: number): number => b.getUint32(at, true) + b.getUint32(at + 4, true) * WORD;
const readSigned64 = (b: DataView, at: number): number => b.getUint32(at, true) + b.getInt32(at + 4, true) * WORD;
const write16 = (b: DataView, at: number, value: number): void => b.setUint16(at, value, true);
const write32 = (b: DataView, at: number, value: number): void => b.setUint32(at, value, true);
const write64 = (b: DataView, at: number, value: number): void => {
  b.setUint32(at, value, true);
  b.setInt32(at + 4, Math.floor(value / WORD), true);
};
/** From an instruction to what it refers to. */
const writeDistance = (b: DataView, at: number, distance: number): void => {
  if (distance !== (distance | 0)) throw new Unknown();
  b.setInt32(at, distance, true);
};
const alignUp = (n: number, to: number): number => Math.ceil(n / to) * to;

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

/** Something that only lld can do. */
class Unknown extends Error {}

/** 0x7f "ELF", at the beginning of every such file. */
const MAGIC = 0x464c457f;

function readObject(file: Uint8Array): ObjectFile {
  const bytes = viewOf(file);
  const isElf64 = file.length > EHDR && read32(bytes, 0) === MAGIC && file[4] === 2 && file[5] === 1;
  if (!isElf64 || read16(bytes, 16) !== 1 || read16(bytes, 18) !== EM_X86_64) throw new Unknown();
  const [headers, count] = [read64(bytes, 40), read16(bytes, 60)];
  const sections: Section[] = [];
  for (let index = 0; index < count; index++) sections.push(readSection(file, bytes, headers + index * SHDR));
  const table = sections.find((s) => s.type === SHT.symtab);
  const names = sections[table?.link ?? 0];
  if (table === undefined || names === undefined) throw new Unknown();
  const text = Buffer.from(file.buffer, file.byteOffset + names.offset, names.size).toString("latin1");
  const symbols: Symbol[] = [];
  for (let at = table.offset; at < table.offset + table.size; at += SYM)
    symbols.push(readSymbol(bytes, at, text, sections));
  return { bytes, sections, symbols };
}

function readSection(file: Uint8Array, bytes: DataView, at: number): Section {
  const type = read32(bytes, at + 4);
  const [offset, size] = [read64(bytes, at + 24), read64(bytes, at + 32)];
  // Not all of a file that isn't whole would be missed: what isn't copied is 0.
  if (type !== SHT.nobits && offset + size > file.length) throw new Unknown();
  return {
    type,
    flags: read64(bytes, at + 8),
    file,
    offset,
    size,
    link: read32(bytes, at + 40),
    info: read32(bytes, at + 44),
    align: Math.max(1, read64(bytes, at + 48)),
    address: 0,
  };
}

function readSymbol(bytes: DataView, at: number, names: string, sections: readonly Section[]): Symbol {
  const info = bytes.getUint8(at + 4);
  const isHidden = (bytes.getUint8(at + 5) & 3) !== 0;
  const index = read16(bytes, at + 6);
  const begin = read32(bytes, at);
  return {
    name: isGlobal(info) ? names.slice(begin, names.indexOf("\0", begin)) : "",
    info,
    exported: isGlobal(info) && !isHidden && index !== 0,
    // Numbers beyond the table (absolute and common symbols) are in no section either; nothing may refer to them.
    section: index === 0 ? undefined : sections[index],
    value: index < sections.length ? read64(bytes, at + 8) : Number.NaN,
    size: read64(bytes, at + 16),
  };
}

const isGlobal = (info: number): boolean => info >> 4 !== 0;

/** `meant`: by their numbers in the file, the symbols that its own stand for. */
function readRelocations({ bytes, sections }: ObjectFile, meant: readonly Symbol[], all: Relocation[]): void {
  for (const { type, info, offset, size } of sections) {
    const target = type === SHT.rela ? sections[info] : undefined;
    if (target === undefined || !isKept(target)) continue;
    for (let at = offset; at < offset + size; at += RELA) {
      const symbol = meant[read32(bytes, at + 12)];
      if (symbol === undefined || Number.isNaN(symbol.value)) throw new Unknown();
      all.push({
        target,
        offset: read64(bytes, at),
        type: read32(bytes, at + 8),
        symbol,
        addend: readSigned64(bytes, at + 16),
      });
    }
  }
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
  const symtab = new Uint8Array((all.length + 1) * SYM);
  const entries = viewOf(symtab);
  all.forEach(({ name, info, size }, k) => {
    const at = (k + 1) * SYM;
    write32(entries, at, nameOffset(name));
    entries.setUint8(at + 4, info);
    write64(entries, at + 16, size);
  });
  const first = exported.length === 0 ? 0 : imported.length + 1;
  const chain = all.map((_, k) => (k + 1 >= first && k + 1 < all.length ? k + 2 : 0));
  const hash = new Uint8Array((4 + all.length) * 4);
  const words = viewOf(hash);
  [1, all.length + 1, first, 0, ...chain].forEach((word, k) => {
    write32(words, 4 * k, word);
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

/** One object file of several: what one takes from another is found, and each name that comes from elsewhere is one symbol. */
function merge(objects: readonly ObjectFile[]): Merged {
  const sections: Section[] = [];
  const symbols: Symbol[] = [];
  const defined = new Map<string, Symbol>();
  for (const object of objects) {
    sections.push(...object.sections);
    for (const symbol of object.symbols) {
      symbols.push(symbol);
      if (symbol.name === "" || symbol.section === undefined) continue;
      if (defined.has(symbol.name)) throw new Unknown();
      defined.set(symbol.name, symbol);
    }
  }
  const relocations: Relocation[] = [];
  for (const object of objects) readRelocations(object, object.symbols.map(meantBy(defined)), relocations);
  return { sections, symbols, relocations };
}

/** The symbol that one stands for. Names that nothing defines are entered. */
function meantBy(defined: Map<string, Symbol>): (symbol: Symbol) => Symbol {
  return (symbol) => {
    if (symbol.name === "") return symbol;
    const known = defined.get(symbol.name);
    if (known === undefined) defined.set(symbol.name, symbol);
    return known ?? symbol;
  };
}

/** Makes a shared library of object files; undefined when lld has to. */
export function linkElf(objects: readonly Uint8Array[]): Uint8Array | undefined {
  try {
    return linkObject(merge(objects.map(readObject)));
  } catch (error) {
    if (error instanceof Unknown || error instanceof RangeError) return undefined;
    throw error;
  }
}

function linkObject({ sections, symbols, relocations }: Merged): Uint8Array {
  const kept = sections.filter(isKept);
  const { got, plt, dynamic } = tablesOf(relocations);
  const imported = new Set([...got.keys()].filter((s) => s.section === undefined));
  for (const { symbol } of dynamic) if (symbol !== undefined) imported.add(symbol);
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

  const file = new Uint8Array(fileEnd);
  file.set(symtab, at.symtab.offset);
  file.set(hash, at.hash.offset);
  file.set(strtab, at.strtab.offset);
  const out = viewOf(file);
  exported.forEach((symbol) => {
    const entry = at.symtab.offset + (numbers.get(symbol) ?? 0) * SYM;
    // Any section that exists will do; there are no section headers to tell them apart.
    write16(out, entry + 6, 1);
    write64(out, entry + 8, addressOf(symbol));
  });
  // Parts' addresses are a whole number of pages from their offsets.
  const partOf = (section: Section): number =>
    (section.flags & SHF.exec) !== 0 ? PAGE : (section.flags & SHF.write) !== 0 ? 2 * PAGE : 0;
  const fileOffset = (section: Section): number => section.address - partOf(section);
  for (const section of kept) {
    if (section.type === SHT.nobits) continue;
    file.set(section.file.subarray(section.offset, section.offset + section.size), fileOffset(section));
  }

  const gotAddress = (symbol: Symbol): number => gotAt.address + (got.get(symbol) ?? 0) * GOT_ENTRY;
  for (const [symbol, k] of plt) {
    const stub = pltAt.offset + k * PLT_ENTRY;
    write16(out, stub, 0x25ff);
    writeDistance(out, stub + 2, gotAddress(symbol) - (pltAt.address + k * PLT_ENTRY + 6));
    write16(out, stub + 6, 0xcccc);
  }
  for (const { target, offset, type, symbol, addend } of relocations) {
    const place = fileOffset(target) + offset;
    const from = target.address + offset;
    switch (type) {
      case R.plt32:
      case R.pc32: {
        const stub = plt.get(symbol);
        const to = symbol.section === undefined ? pltAt.address + (stub ?? 0) * PLT_ENTRY : addressOf(symbol);
        writeDistance(out, place, to + addend - from);
        break;
      }
      case R.pc64:
        write64(out, place, addressOf(symbol) + addend - from);
        break;
      case R.gotpcrel:
      case R.gotpcrelx:
      case R.rexGotpcrelx:
        writeDistance(out, place, gotAddress(symbol) + addend - from);
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
    write32(out, entry + 8, type);
    write32(out, entry + 12, symbol === undefined ? 0 : (numbers.get(symbol) ?? 0));
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
  return file;
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

function writeHeader(out: DataView, segments: number): void {
  write32(out, 0, MAGIC);
  // 64 bits, little-endian, version 1.
  out.setUint8(4, 2);
  out.setUint8(5, 1);
  out.setUint8(6, 1);
  write16(out, 16, 3);
  write16(out, 18, EM_X86_64);
  write32(out, 20, 1);
  write64(out, 32, EHDR);
  write16(out, 52, EHDR);
  write16(out, 54, PHDR);
  write16(out, 56, segments);
  write16(out, 58, SHDR);
}

function writeSegment(
  out: DataView,
  at: number,
  { type, flags, offset, address, end, memorySize, align }: Segment,
): void {
  write32(out, at, type);
  write32(out, at + 4, flags);
  write64(out, at + 8, offset);
  write64(out, at + 16, address);
  write64(out, at + 24, address);
  write64(out, at + 32, end - offset);
  write64(out, at + 40, memorySize);
  write64(out, at + 48, align);
}
