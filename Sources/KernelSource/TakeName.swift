// SPDX-License-Identifier: Apache-2.0

/// The name of a top-level item that is to be taken out of a kernel's C file.
public struct TakeName: Sendable, Hashable, CustomStringConvertible {
  /// In which of C's name spaces the name stands.
  public enum Space: String, Sendable, Hashable, CaseIterable {
    /// Functions, variables, macros, typedefs, enum constants.
    case ordinary = ""
    case structTag = "struct"
    case unionTag = "union"
    case enumTag = "enum"
  }

  /// The name space.
  public let space: Space
  /// The bare identifier.
  public let name: String
  /// Whether a tree without the item is as good: written `name?`.
  public let isOptional: Bool

  /// A name by its parts.
  public init(_ name: String, space: Space = .ordinary, isOptional: Bool = false) {
    self.space = space
    self.name = name
    self.isOptional = isOptional
  }

  /// Reads a name as a spec writes it: `vmap_udmabuf`, `struct udmabuf`, `vmap_pfn_apply?`.
  ///
  /// - Returns: nil where the text is not one C identifier with at most a tag keyword before it
  ///   and a `?` after it.
  public init?(parsing text: String) {
    var words = text.split(whereSeparator: \.isWhitespace)
    guard var last = words.popLast() else { return nil }
    var isOptional = false
    if last == "?" {
      isOptional = true
      guard let before = words.popLast() else { return nil }
      last = before
    } else if last.hasSuffix("?") {
      isOptional = true
      last = last.dropLast()
    }
    guard words.count <= 1, let space = Space(rawValue: String(words.first ?? "")),
      Self.isIdentifier(last), words.isEmpty == (space == .ordinary)
    else { return nil }
    self.init(String(last), space: space, isOptional: isOptional)
  }

  /// The name as C writes it: `struct udmabuf`, `vmap_udmabuf`.
  public var description: String {
    space == .ordinary ? name : "\(space.rawValue) \(name)"
  }

  private static func isIdentifier(_ text: Substring) -> Bool {
    let bytes = text.utf8
    guard let first = bytes.first, CCharacter.startsIdentifier(first) else { return false }
    return bytes.allSatisfy(CCharacter.continuesIdentifier)
      && Space(rawValue: String(text)) == nil
  }
}
