// SPDX-License-Identifier: Apache-2.0

/// What the guest says of a case: facts, in the module's own words. All of it is of one run.
struct GuestAnswer: Sendable, Decodable {
  /// A folio of the buffer.
  struct Folio: Sendable, Decodable {
    var pfn: UInt64
    var order: Int
    var optimized: Bool
    /// References before, while it is mapped, and after.
    var refs: [Int]
  }

  /// What the module has seen.
  struct Module: Sendable, Decodable {
    var stage: String
    /// Why the buffer could not be made; 0 if it could.
    var error: Int
    var rejection: String?
    /// A function that this kernel does not have.
    var missing: String?
    var addr: String?
    var success: Bool?
    /// Pages whose content is not that of the pfn that is mapped.
    var torn: Int?
    var before: Bool?
    var behind: Bool?
    /// Pages of the vmalloc space that map the buffer's folios, while mapped and afterwards.
    var mapped: UInt64?
    var left: UInt64?
    /// Objects of the strategy's.
    var live: Int?
    var peakBytes: UInt64?
    var hasUnmap: Bool?
    /// Obligations of the spec's own, by property.
    var violations: UInt32?
    /// pfn, number, and 1 or 0: whether the pfns follow each other, or repeat.
    var runs: [[UInt64]]?
    var hasMore: Bool?
    var folios: [Folio]?
    var vmemmap: String?

    // Of the controls.
    var barMapped: Bool?
    var barRight: Bool?
    var orderRight: Bool?
    var optimized: Control?
    var ordinary: Control?
    var pool: String?
  }

  /// Struct pages 63 and 64 of a hugetlb folio.
  struct Control: Sendable, Decodable {
    var kept: StructPage
    var freed: StructPage
  }

  struct StructPage: Sendable, Decodable {
    var index: Int
    var pfn: UInt64
    var shift: Int
    var writable: Bool
    var storable: Bool
    var tail: Bool
  }

  /// A command that was not followed.
  var error: String?
  var pong: Int?
  var loaded: Int?
  /// The case's process, where there are others beside it that the log may speak of.
  var pid: Int?
  /// The case's process did not end.
  var hangs: Bool?
  var signal: Int?
  var exit: Int?
  var why: String?
  var module: Module?
  var log: [String]?

  // Of the kernel.
  var release: String?
  var version: String?
  var hvo: Bool?
  var udmabuf: Bool?

  /// The guest is not as it was before.
  var isDirty: Bool {
    if hangs == true || (signal ?? 0) != 0 { return true }
    guard let module else { return true }
    if (module.left ?? 0) > 0 { return true }
    let folios = module.folios ?? []
    return module.stage == "done" && folios.contains { $0.refs.first != $0.refs.last }
  }
}
