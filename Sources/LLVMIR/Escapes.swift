// SPDX-License-Identifier: Apache-2.0

/// The escapes of quoted texts: `\\` is a backslash, `\XX` the byte of that hexadecimal value.
enum Escapes {
  static func decode(_ text: ArraySlice<UInt8>) -> [UInt8] {
    guard text.contains(UInt8(ascii: "\\")) else { return Array(text) }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var rest = text
    while let byte = rest.popFirst() {
      result.append(byte == UInt8(ascii: "\\") ? escaped(&rest) : byte)
    }
    return result
  }

  /// After a backslash.
  private static func escaped(_ rest: inout ArraySlice<UInt8>) -> UInt8 {
    if rest.first == UInt8(ascii: "\\") {
      rest.removeFirst()
      return UInt8(ascii: "\\")
    }
    let digits = rest.prefix(2).compactMap(digit)
    guard digits.count == 2 else { return UInt8(ascii: "\\") }
    rest.removeFirst(2)
    return digits[0] << 4 | digits[1]
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
