EXPORT i32 crc16(const u8 *restrict data, i64 data_length) {
  i32 crc = 0xffff;
  for (i64 i = 0; i < data_length; i++) {
    i32 byte = data[i];
    for (i32 bit = 0; bit < 8; bit++) {
      if ((crc & 1) != (byte & 1)) crc = (crc >> 1) ^ 0x8408;
      else crc >>= 1;
      byte >>= 1;
    }
  }
  crc = ~crc & 0xffff;
  return ((crc << 8) | (crc >> 8)) & 0xffff;
}
