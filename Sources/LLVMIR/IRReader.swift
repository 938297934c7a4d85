// SPDX-License-Identifier: Apache-2.0

/// Reads the textual LLVM IR that clang prints (`-S -emit-llvm`).
///
/// Nothing is skipped silently. A construct that the types do not have becomes
/// `Operation.unsupported`, `Constant.unsupported` or `IRType.unsupported`, an error where it is
/// reached; a text that cannot be read at all is an `IRError`.
public struct IRReader: Sendable {
  private let text: [UInt8]
  private let name: String

  /// A reader of the UTF-8 bytes of a text; `name` is what errors call it.
  public init(text: [UInt8], name: String) {
    self.text = text
    self.name = name
  }

  /// A reader of a text; `name` is what errors call it.
  public init(text: String, name: String) {
    self.init(text: Array(text.utf8), name: name)
  }

  /// Reads the whole module.
  public func read() throws(IRError) -> Module {
    var reader = Reader(bytes: text, file: name)
    return try reader.module()
  }
}
