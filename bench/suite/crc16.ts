import { njit } from "../../src/index.ts";
import { integers } from "../random.ts";
import { define, near } from "./benchmark.ts";

/** The cyclic redundancy check of X.25 (polynomial 0x8408, bit by bit), its bytes swapped. */
export const crc16 = define({
  name: "crc16",
  group: "npbench",
  kernel: njit((data: Uint8Array): number => {
    let crc = 0xffff;
    for (let i = 0; i < data.length; i++) {
      let byte = data[i];
      for (let bit = 0; bit < 8; bit++) {
        if ((crc & 1) !== (byte & 1)) crc = (crc >> 1) ^ 0x8408;
        else crc >>= 1;
        byte >>= 1;
      }
    }
    crc = ~crc & 0xffff;
    return ((crc << 8) | (crc >> 8)) & 0xffff;
  }),
  inputs(size) {
    const n = size === "full" ? 400_000 : 300;
    return [Uint8Array.from(integers(n, 1, 256))];
  },
  /** A byte at a time with a table; the method itself by the check value in every catalogue of such codes. */
  check([data], result) {
    near(byTable(new TextEncoder().encode("123456789")), 0x6e90, 0, "the check value");
    near(Number(result), byTable(data), 0, "the code");
  },
});

function byTable(data: Uint8Array): number {
  const table = Uint16Array.from({ length: 256 }, (_, byte) => {
    for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >> 1) ^ 0x8408 : byte >> 1;
    return byte;
  });
  const crc = data.reduce((code, byte) => (code >> 8) ^ table[(code ^ byte) & 255], 0xffff) ^ 0xffff;
  return ((crc & 255) << 8) | (crc >> 8);
}
