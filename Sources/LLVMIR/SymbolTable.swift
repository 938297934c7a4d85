// SPDX-License-Identifier: Apache-2.0

/// The `@names` that a module mentions.
struct SymbolTable {
  private var numbers = NameTable()
  private(set) var names: [String] = []
  /// Where each name is first mentioned.
  private(set) var mentions: [Int] = []

  /// The name as a string, made only once. `decode` makes it.
  mutating func name(_ raw: ArraySlice<UInt8>, at place: Int, decode: () -> String) -> String {
    let number = numbers.number(of: raw)
    if number == names.count {
      names.append(decode())
      mentions.append(place)
    }
    return names.indices.contains(number) ? names[number] : decode()
  }
}

extension Reader {
  /// Takes an `@name`. The mark that the C name is not to be mangled (`\01`) is dropped.
  mutating func symbol() throws(IRError) -> String {
    guard token.kind == .global else { throw unexpected("a global's name") }
    let mention = token
    advance()
    let bytes = bytes
    return symbols.name(bytes[mention.content], at: mention.start) {
      let name = mention.name(in: bytes)
      return name.first == "\u{1}" ? String(name.dropFirst()) : name
    }
  }
}
