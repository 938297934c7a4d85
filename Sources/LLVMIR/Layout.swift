// SPDX-License-Identifier: Apache-2.0

/// The layout of types in memory, as the x86-64 System V ABI and LLVM's data layout have it.
/// Sizes are in bytes, and nil for a type that has none: `void`, an opaque struct, a label…
///
/// Sizes are computed anew at each call; a caller that asks often should keep the answers.
extension IRType {
  /// How many bytes a load or store of the type touches.
  public var storeSize: Int? {
    switch self {
    case .integer(let width): (width + 7) / 8
    case .unsupported(let text): ScalarLayout(text: text)?.storeSize
    default: allocSize
    }
  }

  /// How far apart the elements of an array of the type are.
  public var allocSize: Int? {
    switch self {
    case .void: return nil
    case .pointer: return 8
    case .integer, .unsupported:
      guard let storeSize, let alignment else { return nil }
      return storeSize.rounded(upTo: alignment)
    case .array(let count, let element):
      return element.allocSize.map { $0.saturatingProduct(count) }
    case .structure(let fields, let packed):
      return StructureLayout(fields: fields, packed: packed)?.size
    }
  }

  /// The alignment that C gives an object of the type without asking.
  public var alignment: Int? {
    switch self {
    case .void: nil
    case .pointer: 8
    case .integer(let width): ScalarLayout.alignment(ofIntegerWidth: width)
    case .unsupported(let text): ScalarLayout(text: text)?.alignment
    case .array(_, let element): element.alignment
    case .structure(let fields, let packed):
      StructureLayout(fields: fields, packed: packed)?.alignment
    }
  }

  /// Where a struct's field begins; nil if there is no such field or the type is no struct.
  public func fieldOffset(_ index: Int) -> Int? {
    guard let offsets = fieldOffsets, offsets.indices.contains(index) else { return nil }
    return offsets[index]
  }

  /// Where each of a struct's fields begins; nil for a type that is no struct.
  public var fieldOffsets: [Int]? {
    guard case .structure(let fields, let packed) = self else { return nil }
    return StructureLayout(fields: fields, packed: packed)?.offsets
  }

  /// The type of a struct's field or of an array's element; nil if there is none.
  public func element(at index: Int) -> IRType? {
    switch self {
    case .array(let count, let element): index >= 0 && index < count ? element : nil
    case .structure(let fields, _): fields.indices.contains(index) ? fields[index] : nil
    default: nil
    }
  }
}

/// Where the fields of a struct are.
private struct StructureLayout {
  var offsets: [Int] = []
  var alignment = 1
  var size = 0

  /// Nil if a field has no size.
  init?(fields: [IRType], packed: Bool) {
    offsets.reserveCapacity(fields.count)
    for field in fields {
      guard let fieldSize = field.allocSize, let natural = field.alignment else { return nil }
      let fieldAlignment = packed ? 1 : natural
      let offset = size.rounded(upTo: fieldAlignment)
      offsets.append(offset)
      alignment = max(alignment, fieldAlignment)
      size = offset.saturatingSum(fieldSize)
    }
    size = size.rounded(upTo: alignment)
  }
}

/// The layout of a scalar or vector that the semantics does not have, known by its text.
private struct ScalarLayout {
  var storeSize: Int
  var alignment: Int

  private init(_ storeSize: Int, _ alignment: Int) {
    self.storeSize = storeSize
    self.alignment = alignment
  }

  init?(text: String) {
    switch text {
    case "half", "bfloat": self.init(2, 2)
    case "float", "ptr addrspace(270)", "ptr addrspace(271)": self.init(4, 4)
    case "double": self.init(8, 8)
    case "x86_fp80": self.init(10, 16)
    case "fp128", "ppc_fp128": self.init(16, 16)
    case _ where text.hasPrefix("ptr addrspace("): self.init(8, 8)
    case _ where text.hasPrefix("<"): self.init(vector: text)
    default: self.init(integer: text)
    }
  }

  private init?(integer text: String) {
    guard text.hasPrefix("i"), let width = Int(text.dropFirst()), width > 0, width <= 1 << 23
    else { return nil }
    self.init((width + 7) / 8, Self.alignment(ofIntegerWidth: width))
  }

  /// A vector's bits are packed, and it is aligned to its size.
  private init?(vector text: String) {
    let words = text.dropFirst().dropLast().split(separator: " ")
    guard words.count == 3, let count = Int(words[0]), count > 0, count <= 1 << 32,
      let bits = Self.bits(of: String(words[2]))
    else { return nil }
    let size = bits.saturatingProduct(count).saturatingSum(7) / 8
    var alignment = 1
    while alignment < size, alignment < 1 << 46 { alignment *= 2 }
    self.init(size, alignment)
  }

  private static func bits(of element: String) -> Int? {
    if element == "ptr" { return 64 }
    if element.hasPrefix("i") { return Int(element.dropFirst()).flatMap { $0 > 0 ? $0 : nil } }
    if element.hasPrefix("<") { return nil }
    return ScalarLayout(text: element).map { $0.storeSize * 8 }
  }

  static func alignment(ofIntegerWidth width: Int) -> Int {
    switch width {
    case ...8: 1
    case ...16: 2
    case ...32: 4
    case ...64: 8
    default: 16
    }
  }
}

extension Int {
  /// The next multiple of an alignment.
  fileprivate func rounded(upTo alignment: Int) -> Int {
    let excess = self % alignment
    return excess == 0 ? self : saturatingSum(alignment - excess)
  }

  fileprivate func saturatingSum(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }

  fileprivate func saturatingProduct(_ other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}
