// SPDX-License-Identifier: Apache-2.0

/// A top-level item of a C file.
struct CItem: Sendable {
  enum Kind: Sendable {
    case function
    case prototype
    case variable
    case typedef
    /// A struct, union or enum with its body.
    case aggregate
    /// A `#define` or an `#undef`.
    case macro
    /// Anything else: forward declarations of tags, `EXPORT_SYMBOL(…)`, assertions.
    case other
  }

  /// A member of a struct or union, with the conditional branch it stands in.
  struct Member: Sendable, Hashable {
    var name: String
    var branch: Int
  }

  var kind: Kind
  /// The names that the item defines: `vmap_pfn`, `struct udmabuf`, enumerators, and the macros
  /// defined within it.
  var names: [String] = []
  /// For a struct or union: its tag and its members.
  var tag: String?
  var members: [Member] = []
  /// The item's bytes in the file.
  var range: Range<Int>
  var line: Int
  /// The conditional branch around the item.
  var branch: Int
}
