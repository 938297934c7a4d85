// SPDX-License-Identifier: Apache-2.0

/// The named types of a module, resolved on demand: a definition may stand after a mention.
struct TypeTable {
  enum State {
    /// Mentioned only; the place of the mention.
    case unknown
    /// Defined in the text at this place (that of the type after `type`).
    case defined(at: Int)
    /// Being read now: a mention of it would be a type that holds itself.
    case resolving
    case resolved(IRType, TypeTraits)
  }

  private var names = NameTable()
  private var states: [State] = []

  /// The name's number, for `self[number]`.
  mutating func number(of name: ArraySlice<UInt8>) -> Int {
    let number = names.number(of: name)
    if number == states.count { states.append(.unknown) }
    return number
  }

  subscript(number: Int) -> State {
    get { states.indices.contains(number) ? states[number] : .unknown }
    set { if states.indices.contains(number) { states[number] = newValue } }
  }
}

/// What a type read holds within it.
struct TypeTraits {
  /// The first part that no value may have here (`double`, `i128`…), by its text.
  var unsupported: String?
  /// A part has no size: an opaque struct, a label…
  var isUnsized = false

  mutating func add(_ other: TypeTraits) {
    unsupported = unsupported ?? other.unsupported
    isUnsized = isUnsized || other.isUnsized
  }
}
